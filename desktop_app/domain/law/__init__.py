"""Law as code: each rule names its article."""

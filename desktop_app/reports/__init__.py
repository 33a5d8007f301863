"""Reports: one module a report makes a neutral document; one writer a format puts it on paper."""

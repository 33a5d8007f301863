"""The window: shell, screens, fields and dialogs; never sees a session or a row."""

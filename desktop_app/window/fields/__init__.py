"""One editor a field type; every editor is typed into, none needs the mouse."""

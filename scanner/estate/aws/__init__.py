"""AWS: native records to resources, one module a service; found by path."""

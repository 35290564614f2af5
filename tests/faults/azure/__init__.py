"""A small Azure over real HTTPS, which checks what it is asked and says what it follows."""

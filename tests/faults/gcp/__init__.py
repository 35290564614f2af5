"""A small Google Cloud over real HTTPS, which checks what it is asked and says what it follows."""

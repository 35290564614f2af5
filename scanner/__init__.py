"""envsplit: proves, or disproves with a witness, that environments are kept apart."""

__version__ = "0.1.0"

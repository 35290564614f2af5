"""What facts mean in Google Cloud, where that is its own."""

"""What facts about the roads between environments share: where data lies, and who hands it to whom."""

"""What facts about compute share: what may be hidden, and what an image's reference says."""

"""What facts about whole boundaries share: which environments one holds, and what is hidden there."""

"""What facts about whole boundaries share: which environments one holds, and answers with their gaps."""

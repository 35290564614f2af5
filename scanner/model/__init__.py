"""The frozen types that stages hand to one another. Imports nothing of ours."""

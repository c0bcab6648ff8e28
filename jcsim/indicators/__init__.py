"""What the numbers mean: definitions, plan targets, naive trends, scoreboard, hindcast."""

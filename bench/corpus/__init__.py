"""Makes CloudTrail records that look like an ordinary organisation's: see README.md here."""

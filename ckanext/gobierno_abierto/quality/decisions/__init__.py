"""What officers and reviewers decide on columns with personal data: mask them, or declare and judge a legal basis."""

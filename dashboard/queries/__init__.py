"""What the manage pages, the reports and the API ask of the stores."""

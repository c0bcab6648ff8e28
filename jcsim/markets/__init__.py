"""Effects between agents: matching, hiring, jobs and wages, housing, services, territory, the border."""

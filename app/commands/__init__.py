"""The subcommands of `usual`, one file a subject. What a command needs is imported when it runs: asking for help is quick."""

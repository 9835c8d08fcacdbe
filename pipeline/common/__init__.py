"""What every stage needs: files, settings, errors, and how a stage starts and ends."""

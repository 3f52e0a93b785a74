"""The file a W&B run is written to: records in the framing of LevelDB's log, each a protocol buffer."""

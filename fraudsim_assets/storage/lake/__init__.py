"""Tables of a lakehouse: Parquet files of ours, and a log of a known format that says which of them count.

The one idea: a file is streamed to the disk or bucket as ever, under a name that no other file ever
had, and one commit to the table's log then takes it in and its predecessor out. Readers of the log
see the old day or the new one, and can go back to either.

Belongs here: tables of Delta Lake and Apache Iceberg. Does not belong here: writing files and
carrying bytes (``local``, ``s3``).
"""

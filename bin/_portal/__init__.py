"""What bin/portal and bin/test share: preparing a machine and running the portal's processes.

Standard library only: this runs before any virtual environment exists.
"""

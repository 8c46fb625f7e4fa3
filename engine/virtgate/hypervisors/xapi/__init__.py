"""XenAPI: the toolstack of XenServer and XCP-ng."""

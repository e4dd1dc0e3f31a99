"""CloudDesk (云桌面): a customer-service portal for the users of ERP software."""

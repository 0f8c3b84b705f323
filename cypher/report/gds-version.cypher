// Version of GDS; the procedure is missing where GDS is
RETURN gds.version() AS version;

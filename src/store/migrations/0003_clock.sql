-- The newest moment, in milliseconds, at which somebody found out whether calls can be answered: asked and raised where the
-- tables are spread over nodes, so that none of them has to be asked whether the clock was set back.
create sequence clock_ms minvalue 0 start 0;

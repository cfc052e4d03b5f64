-- In which life of the database the numbers in `changes` were found to be its own; null where nobody has looked.
alter table epochs add column numbered_in text;

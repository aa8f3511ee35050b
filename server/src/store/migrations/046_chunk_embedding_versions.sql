-- Of its chunk, kept here too: a search passes over what is not to be seen without a look at the chunks.
alter table chunk_embeddings add column version int not null;

"""Stores that may answer queries instead of the engine's memory: one on disk, or one of others that speaks the SPARQL 1.1 Protocol.

For a store of others a query passes the guard and is read by a worker behind walls (query.foreign), and what the store answers is
checked to be of this publication, and written anew by a worker. Documents never need a store.

choosing     what answers, by the settings
holdings     what is published, told without a store
disk         stores on disk
ondisk       the engine over one of them
client       asks one server over HTTP, within a time and up to a size
credentials  who asks
endpoint     asks a store queries by the protocol
contract     what stands in a store beside the published graphs: default graphs, and the marker that says which publication is whole
states       what may be known of a store
watch        knows whether the store can be asked, and looks again until it can
turns        how many queries are asked at once
reading      lets workers read queries and answers
remote       the engine over a store of others
loading      puts a publication into it
asked        a store for commands that check what it holds
"""

"""The store of others that may answer queries: any that speaks the SPARQL 1.1 Protocol.

A query passes the guard and is read by a worker behind walls (query.foreign), then goes to the store; what the store answers is
checked to be of this publication, and written anew by a worker. Documents never need the store.

client    asks one server over HTTP, within a time and up to a size
credentials  who asks
contract  what stands in the store beside the published graphs: default graphs, and the marker that says which publication is whole
watch     knows whether the store can be asked, and looks again until it can
remote    the engine
loading   puts a publication into a store
"""

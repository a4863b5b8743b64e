/* emit.h -- The files that the plugin writes for a .proto file, one emitter each. */
#ifndef RPC_GENERATOR_EMIT_H
#define RPC_GENERATOR_EMIT_H

#include "rpc/generator/generation.h"

/* --- emit_client.c ------------------------------------------------------------------------- */

/** "onsale/v1/queue.onsale.h" and ".c": typed functions that make the calls. */
void emit_client(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/* --- emit_server.c ---------------------------------------------------------------------------- */

/** "onsale/v1/queue.methods.h": declarations of the functions that answer the calls. */
void emit_server(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/* --- emit_packing.c --------------------------------------------------------------------------- */

/** "onsale/v1/queue.packing.h" and ".c": code that packs and unpacks the messages. */
void emit_packing(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/* --- emit_fields.c ---------------------------------------------------------------------------- */

/** "onsale/rpc/v1/rpc.fields.h": code that packs each field of the messages by itself. */
void emit_fields(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/* --- emit_methods.c --------------------------------------------------------------------------- */

/** "methods.def": the methods of all files of the request, in the order of their names. */
void emit_methods(struct generation *generation);

/* --- emit_reference.c ------------------------------------------------------------------------- */

/** "API.md": all files of the request, for people. */
void emit_reference(struct generation *generation);

/* --- emit_routes.c ---------------------------------------------------------------------------- */

/** "routes.def": how each method of all files of the request is called over HTTP, by their options
 * (google.api.http). A method without one fails unless it is a stream, or listed behind the output:
 * "routes,a.v1.BService/Method". */
void emit_routes(struct generation *generation);

/* --- emit_openapi.c --------------------------------------------------------------------------- */

/** "openapi.json": all files of the request as HTTP has them, an OpenAPI 3.1 document. */
void emit_openapi(struct generation *generation);

#endif

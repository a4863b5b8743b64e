/* generate.h -- From a request of protoc to the plugin's response. */
#ifndef RPC_GENERATOR_GENERATE_H
#define RPC_GENERATOR_GENERATE_H

#include "rpc/generator/generation.h"

/** Does what the request asks for: fills the response, either with files or with an error.
 * @param request  Must outlive the generation. */
void generate(struct generation *generation, struct arena *arena,
              const Google__Protobuf__Compiler__CodeGeneratorRequest *request);

#endif

/* method.h -- Finds methods of the server by name: for programs that learn at run time which method
 * to call, such as a gateway.
 *
 *     const struct onsale_method *method = onsale_method_find("onsale.v1.QueueService/EnterQueue");
 *     status = onsale_channel_call_bytes(channel, method, bytes, size, NULL, &response, &error);
 *
 * The descriptors of a method describe its messages, for reading and writing JSON; its endpoint
 * says which socket serves it. All functions are safe from any thread, also in a forked process,
 * and need no channel. They return constants: nothing to free. */
#ifndef ONSALE_METHOD_H
#define ONSALE_METHOD_H

#include <onsale/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The method with a name.
 * @param name  Of the package, the service and the method, as in
 * "onsale.v1.QueueService/EnterQueue". Letter case counts; no slash before it.
 * @return NULL if this library knows none: the server may be newer, see struct onsale_method. */
const struct onsale_method *onsale_method_find(const char *name);

/** Every method, in the order of the names: for (i = 0; (m = onsale_method_at(i)) != NULL; i++).
 * @return NULL behind the last. */
const struct onsale_method *onsale_method_at(size_t index);

#ifdef __cplusplus
}
#endif

#endif

#include <onsale/details.h>

#include <string.h>

ProtobufCMessage *onsale_error_detail(const struct onsale_error *error,
                                      const ProtobufCMessageDescriptor *type)
{
    for (size_t i = 0; i < error->details_count; i++) {
        const struct onsale_detail *detail = &error->details[i];
        if (strcmp(detail->type, type->name) == 0)
            return protobuf_c_message_unpack(type, NULL, detail->size,
                                             error->detail_bytes + detail->offset);
    }
    return NULL;
}

Onsale__V1__SeatsTaken *onsale_error_seats_taken(const struct onsale_error *error)
{
    return (Onsale__V1__SeatsTaken *)onsale_error_detail(error,
                                                         &onsale__v1__seats_taken__descriptor);
}

Onsale__Rpc__V1__BadField *onsale_error_bad_field(const struct onsale_error *error)
{
    return (Onsale__Rpc__V1__BadField *)onsale_error_detail(
        error, &onsale__rpc__v1__bad_field__descriptor);
}

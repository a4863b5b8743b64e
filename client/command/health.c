/* health.c -- onsale health */
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/output.h"
#include "client/command/text.h"

static void print_health(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__Rpc__V1__CheckResponse *response = (const void *)answer;
    output_line(stdout, "%s, onsaled %s",
                text_of_enum(&onsale__rpc__v1__serving_status__descriptor, (int)response->status),
                response->version);
    if (response->clock_behind_ms > 0)
        output_line(stdout, "The clock is %s behind: time stands still.",
                    text_of_span(response->clock_behind_ms).bytes);
}

static enum exit_code check(struct run *run)
{
    Onsale__Rpc__V1__CheckRequest request = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    Onsale__Rpc__V1__CheckResponse *response = NULL;
    enum onsale_status status =
        onsale_health_check(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_health);
}

static const struct parameter *const no_parameters[] = {NULL};

const struct command health_commands[] = {
    {"health", no_parameters, "Tell whether the server serves.", "For supervisors and scripts.\n",
     check},
    {0},
};

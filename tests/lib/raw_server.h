/* raw_server.h -- A server for tests of the channel: it does what it is told, frame by frame. It
 * knows one request, GetBalanceRequest, whatever the method, and answers the user's number as
 * balance. */
#ifndef TESTS_LIB_RAW_SERVER_H
#define TESTS_LIB_RAW_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What is done with a frame. */
enum raw_reply {
    RAW_ANSWER,
    RAW_SILENCE,
    RAW_DROP, /* close the connection */
    RAW_UNAVAILABLE,
    RAW_UNAVAILABLE_FOR_LONG, /* with retry_after_ms = RAW_RETRY_AFTER_MS */
    RAW_EXHAUSTED,
    RAW_FRAME_FULL,     /* of what it is asked for */
    RAW_REFUSE,         /* with two details; the second is too large for a client to keep */
    RAW_UNKNOWN_REASON, /* "MOON_TOO_BRIGHT" */
    RAW_GARBAGE,
    RAW_BAD_RESPONSE, /* a result that is OK, but its payload is garbage */
    RAW_TOO_FEW,      /* one result less than calls */
    RAW_ONE_REFUSAL,  /* one result for the whole frame */
    RAW_NOT_LEADER,   /* naming the leader of its role */
    RAW_BEHIND,
};

/** Which of several servers it is. */
struct raw_role {
    bool follows; /* what a follower may not answer is RAW_NOT_LEADER, what it has not seen
                     RAW_BEHIND */
    const char *leader_url; /* of its main socket; NULL: it knows none. Must outlive the server */
    uint64_t leader_epoch;
    uint64_t epoch; /* of its replies */
    uint64_t index; /* likewise */
};

enum { RAW_RETRY_AFTER_MS = 300, RAW_FRAMES_KEPT = 64, RAW_PAYLOAD_BYTES_MAX = 64 };

/** The first call of a frame as it came in. */
struct raw_call {
    char method[128];
    uint32_t timeout_ms;
    uint64_t min_index; /* of the frame */
    size_t metadata_count;
    char metadata_key[64];
    char metadata_value[64];
    size_t payload_size;
    uint8_t payload[RAW_PAYLOAD_BYTES_MAX];
};

struct raw_server;

/** Listens. Ends the test if it can't. */
struct raw_server *raw_server_open(const char *url);

/** Answers nothing more. */
void raw_server_close(struct raw_server *server);

/** Has the next frames treated so, after those told before; then they are answered again. */
void raw_server_expect(struct raw_server *server, enum raw_reply reply, size_t frames_count);

/** From now on. A server has the zeroed role at first. */
void raw_server_set_role(struct raw_server *server, struct raw_role role);

/** Has frames wait after they were counted, until one is let go or all are released. */
void raw_server_hold(struct raw_server *server);

/** As raw_server_hold, but only frames with a call of this method wait.
 * @param method  Must outlive the server. */
void raw_server_hold_method(struct raw_server *server, const char *method);
void raw_server_let_one_go(struct raw_server *server);
void raw_server_release(struct raw_server *server);

/** Waits until so many frames have come in. */
void raw_server_await(struct raw_server *server, size_t frames_count);

/** Frames and calls that came in. */
size_t raw_server_frames(struct raw_server *server);
size_t raw_server_calls(struct raw_server *server);

/** Connections made so far, also if they are gone. */
size_t raw_server_connections(struct raw_server *server);

/** The first call of a frame, 0..RAW_FRAMES_KEPT-1. */
struct raw_call raw_server_first_call(struct raw_server *server, size_t frame_index);

#endif

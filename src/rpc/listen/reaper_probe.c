#include "rpc/listen/reaper_probe.h"

#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>
#include <stdio.h>

enum { URL_BYTES = 64 };

static void on_up(nng_pipe pipe, nng_pipe_ev event, void *argument)
{
    (void)event;
    struct reaper_probe *probe = argument;
    pthread_mutex_lock(&probe->lock);
    probe->pipe = pipe;
    probe->is_up = true;
    pthread_mutex_unlock(&probe->lock);
}

static void on_freed(nng_pipe pipe, nng_pipe_ev event, void *argument)
{
    (void)pipe;
    (void)event;
    struct reaper_probe *probe = argument;
    pthread_mutex_lock(&probe->lock);
    probe->is_closing = false;
    probe->freed++;
    pthread_mutex_unlock(&probe->lock);
}

enum status reaper_probe_open(struct reaper_probe *probe)
{
    char url[URL_BYTES];
    nng_socket socket;
    *probe = (struct reaper_probe){.lock = PTHREAD_MUTEX_INITIALIZER};
    if (nng_pull0_open(&socket) != 0) return STATUS_OUT_OF_MEMORY;
    probe->listening = socket;
    if (nng_push0_open(&socket) != 0) return STATUS_OUT_OF_MEMORY;
    probe->dialing = socket;
    snprintf(url, sizeof url, "inproc://reaper-probe-%d", nng_socket_id(probe->listening));
    if (nng_pipe_notify(socket, NNG_PIPE_EV_ADD_POST, on_up, probe) != 0 ||
        nng_pipe_notify(socket, NNG_PIPE_EV_REM_POST, on_freed, probe) != 0 ||
        nng_listen(probe->listening, url, NULL, 0) != 0 ||
        nng_dial(socket, url, NULL, NNG_FLAG_NONBLOCK) != 0)
        return STATUS_OUT_OF_MEMORY;
    return STATUS_OK;
}

void reaper_probe_close(struct reaper_probe *probe)
{
    if (nng_socket_id(probe->dialing) > 0) nng_close(probe->dialing);
    if (nng_socket_id(probe->listening) > 0) nng_close(probe->listening);
}

void reaper_probe_ask(struct reaper_probe *probe)
{
    pthread_mutex_lock(&probe->lock);
    bool asks = probe->is_up;
    nng_pipe pipe = probe->pipe;
    probe->is_up = false;
    probe->is_closing |= asks;
    pthread_mutex_unlock(&probe->lock);
    if (asks) nng_pipe_close(pipe);
}

void reaper_probe_count(struct reaper_probe *probe, struct listener_connections *counts)
{
    pthread_mutex_lock(&probe->lock);
    counts->probing += probe->is_closing;
    counts->freed += probe->freed;
    pthread_mutex_unlock(&probe->lock);
}

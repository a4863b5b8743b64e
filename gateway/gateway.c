#include "gateway/gateway.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "gateway/call_log.h"
#include "gateway/doors.h"
#include "gateway/guard.h"
#include "gateway/http_limits.h"
#include "service/log.h"
#include "service/supervisor.h"

enum {
    TICK_MS = 1000,
    DRAIN_TICK_MS = 50,
    LAST_WORDS_MS = 1000, /* for answers that say that the gateway stops */
    OTHER_DESCRIPTORS = 128,
    WATCHES_IN_FLIGHT = 256,
    NS_PER_MS = 1000000,
};

struct gateway {
    struct loop *loop;
    struct sends *sends;
    struct supervisor supervisor;
    struct loop_watch signal_watch;
    struct loop_ticker ticker;
    struct loop_ticker drain_ticker;
    int signal_fd;
    struct upstream *upstream;
    struct upstream *trusted; /* by the admin socket alone; NULL if none is known */
    struct doors *doors;
    struct guard *guard;
    struct memory_budget budget;
    struct listener_limits limits;
    struct listener *listener;
    struct listener *admin_listener;
    struct listener_limits
        metrics_limits; /* of its own: it is asked most when the others are full */
    struct listener *metrics_listener;
    int64_t drained_ms; /* when SIGTERM came; 0: not yet */
    bool has_refused;   /* what was still under way then */
};

#define GATEWAY_OF(member_pointer, member)                                                         \
    ((struct gateway *)((char *)(member_pointer)-offsetof(struct gateway, member)))

/* --- Time and signals --------------------------------------------------------------------------
 */

static void tell_refused(struct listener_limits *limits)
{
    if (limits->refused == 0) return;
    log_warning("%zu connections were refused: see --connections and --connections-per-address",
                limits->refused);
    limits->refused = 0;
}

static void look_at_listeners(struct gateway *gateway, int64_t now_ms)
{
    listener_tick(gateway->listener, now_ms);
    listener_tick(gateway->admin_listener, now_ms);
    listener_tick(gateway->metrics_listener, now_ms);
}

static void tick(struct loop_ticker *ticker, int64_t now_ms)
{
    struct gateway *gateway = GATEWAY_OF(ticker, ticker);
    log_tick();
    supervisor_feed_watchdog(&gateway->supervisor); /* the loop comes round */
    look_at_listeners(gateway, now_ms);
    tell_refused(&gateway->limits);
    guard_tick(gateway->guard, now_ms);
    gateway->metrics_limits.refused = 0;
}

static void drain_tick(struct loop_ticker *ticker, int64_t now_ms)
{
    struct gateway *gateway = GATEWAY_OF(ticker, drain_ticker);
    int64_t waited_ms = now_ms - gateway->drained_ms;
    look_at_listeners(gateway, now_ms);
    size_t left = listener_connections(gateway->listener) +
                  listener_connections(gateway->admin_listener) +
                  listener_connections(gateway->metrics_listener);
    if (waited_ms > HTTP_DRAIN_MS_MAX && !gateway->has_refused) {
        log_warning("%zu connections have requests that did not end in time", left);
        gateway->has_refused = true;
        listener_refuse_all(gateway->listener);
        listener_refuse_all(gateway->admin_listener);
        listener_refuse_all(gateway->metrics_listener);
    }
    if (left == 0 || waited_ms > HTTP_DRAIN_MS_MAX + LAST_WORDS_MS) loop_stop(gateway->loop);
}

static void drain(struct gateway *gateway)
{
    log_line("stopping: takes no more requests");
    supervisor_tell(&gateway->supervisor, "STOPPING=1\nSTATUS=Answering what is under way");
    gateway->drained_ms = loop_now_ms(gateway->loop);
    doors_drain(gateway->doors);
    listener_drain(gateway->listener);
    listener_drain(gateway->admin_listener);
    listener_drain(gateway->metrics_listener);
    gateway->drain_ticker = (struct loop_ticker){.tick = drain_tick, .interval_ms = DRAIN_TICK_MS};
    loop_tick(gateway->loop, &gateway->drain_ticker);
}

static void reload(struct gateway *gateway)
{
    int64_t after_ms = onsale_now_ms() + 1; /* not before the signal, whatever its fraction */
    supervisor_tell_reloading(&gateway->supervisor, after_ms * NS_PER_MS);
    guard_reload(gateway->guard);
    supervisor_tell(&gateway->supervisor, "READY=1");
}

static void take_signal(struct loop_watch *watch, uint32_t events)
{
    struct gateway *gateway = GATEWAY_OF(watch, signal_watch);
    struct signalfd_siginfo info;
    (void)events;
    if (read(gateway->signal_fd, &info, sizeof info) != (ssize_t)sizeof info) return;
    if (info.ssi_signo == SIGHUP)
        reload(gateway);
    else if (gateway->drained_ms == 0)
        drain(gateway);
    else
        loop_stop(gateway->loop);
}

/* --- Starting ----------------------------------------------------------------------------------
 */

static void provide_descriptors(size_t connections_max)
{
    struct rlimit limit;
    rlim_t wanted = connections_max + OTHER_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted) return;
    log_warning("the limit of open files is %llu: too little for %zu connections",
                (unsigned long long)limit.rlim_cur, connections_max);
}

static bool start_loop(struct gateway *gateway)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    gateway->loop = loop_open();
    gateway->signal_fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    gateway->signal_watch.ready = take_signal;
    gateway->ticker = (struct loop_ticker){.tick = tick, .interval_ms = TICK_MS};
    if (gateway->loop == NULL || gateway->signal_fd < 0 ||
        !loop_watch_add(gateway->loop, gateway->signal_fd, EPOLLIN, &gateway->signal_watch)) {
        log_error("can't start: %s", strerror(errno));
        return false;
    }
    loop_tick(gateway->loop, &gateway->ticker);
    gateway->sends = sends_open(gateway->loop);
    if (gateway->sends == NULL) log_line("without io_uring each answer is a system call");
    return true;
}

static bool open_channel(struct gateway *gateway, const struct onsale_channel_options *channel,
                         struct upstream **ret_upstream)
{
    struct onsale_error error;
    if (upstream_open(gateway->loop, channel, ret_upstream, &error) == ONSALE_OK) return true;
    log_error("%s: %s", channel->url, error.message);
    return false;
}

static bool open_channels(struct gateway *gateway, const struct options *options)
{
    struct onsale_channel_options open = ONSALE_CHANNEL_OPTIONS_INIT;
    struct onsale_channel_options trusted = ONSALE_CHANNEL_OPTIONS_INIT;
    const char *admin_url = options->admin_urls[0] == '\0' ? NULL : options->admin_urls;
    open.url = options->server_urls;
    open.read_from = trusted.read_from = options->read_from;
    open.watch_url = options->watch_urls[0] == '\0' ? NULL : options->watch_urls;
    open.admin_url = options->admin_listen.count == 0 ? NULL : admin_url;
    open.watches_in_flight = WATCHES_IN_FLIGHT;
    trusted.url = trusted.admin_url = admin_url;
    return open_channel(gateway, &open, &gateway->upstream) &&
           (admin_url == NULL || open_channel(gateway, &trusted, &gateway->trusted));
}

static struct listener *open_listener(struct gateway *gateway, const struct handler *handlers,
                                      struct listener_limits *limits, enum role role)
{
    struct listener_options options = {
        .loop = gateway->loop,
        .sends = gateway->sends,
        .handlers = handlers,
        .budget = &gateway->budget,
        .limits = limits,
        .gate = guard_gate(gateway->guard, role == ROLE_ADMIN),
        .tls = guard_tls(gateway->guard, role == ROLE_ADMIN),
    };
    return listener_open(&options);
}

static bool listen_at(struct listener *listener, const struct address_list *list, const char *what)
{
    char url[URL_BYTES];
    for (size_t i = 0; i < list->count; i++) {
        if (!listener_add(listener, list->urls[i], url)) {
            log_error("%s can't be listened on: %s", list->urls[i],
                      errno == 0 ? "no such host or port" : strerror(errno));
            return false;
        }
        printf("serving%s on %s\n", what, url);
    }
    return true;
}

static bool open_listeners(struct gateway *gateway, const struct options *options)
{
    gateway->limits = (struct listener_limits){
        .connections_max = options->connections_max,
        .connections_per_address_max = options->connections_per_address_max,
        .addresses = address_counts_open(),
    };
    gateway->metrics_limits = (struct listener_limits){
        .connections_max = HTTP_METRICS_CONNECTIONS_MAX,
        .connections_per_address_max = HTTP_METRICS_CONNECTIONS_MAX,
        .addresses = address_counts_open(),
    };
    gateway->listener = open_listener(gateway, doors_handlers(gateway->doors, ROLE_PUBLIC),
                                      &gateway->limits, ROLE_PUBLIC);
    gateway->admin_listener = open_listener(gateway, doors_handlers(gateway->doors, ROLE_ADMIN),
                                            &gateway->limits, ROLE_ADMIN);
    gateway->metrics_listener = open_listener(gateway, doors_metrics_handlers(gateway->doors),
                                              &gateway->metrics_limits, ROLE_PUBLIC);
    if (gateway->limits.addresses == NULL || gateway->metrics_limits.addresses == NULL ||
        gateway->listener == NULL || gateway->admin_listener == NULL ||
        gateway->metrics_listener == NULL) {
        log_error("can't start: out of memory");
        return false;
    }
    return listen_at(gateway->listener, &options->listen, "") &&
           listen_at(gateway->admin_listener, &options->admin_listen, " administration") &&
           listen_at(gateway->metrics_listener, &options->metrics_listen, " metrics");
}

struct gateway *gateway_start(const struct options *options)
{
    struct gateway *gateway = calloc(1, sizeof *gateway);
    if (gateway == NULL) return NULL;
    gateway->signal_fd = -1;
    log_set((enum log_level)(options->log_level - 1), (enum log_format)(options->log_format - 1));
    call_log_set((int64_t)options->slow_call_ms);
    supervisor_open(&gateway->supervisor);
    provide_descriptors(options->connections_max);
    memory_budget_init(&gateway->budget, HTTP_MEMORY_BYTES_MAX);
    if (start_loop(gateway) && open_channels(gateway, options) &&
        (gateway->doors = doors_open(gateway->loop, gateway->upstream, gateway->trusted,
                                     &options->cors_origins)) != NULL &&
        (gateway->guard = guard_open(gateway->loop, options)) != NULL &&
        open_listeners(gateway, options)) {
        fflush(stdout);
        supervisor_tell(&gateway->supervisor, "READY=1\nSTATUS=Serving");
        return gateway;
    }
    gateway_stop(gateway);
    return NULL;
}

void gateway_run(struct gateway *gateway)
{
    loop_run(gateway->loop);
}

void gateway_stop(struct gateway *gateway)
{
    if (gateway == NULL) return;
    listener_close(gateway->listener);
    listener_close(gateway->admin_listener);
    listener_close(gateway->metrics_listener);
    address_counts_close(gateway->limits.addresses);
    guard_close(gateway->guard);
    address_counts_close(gateway->metrics_limits.addresses);
    doors_close(gateway->doors);
    upstream_close(gateway->trusted);
    upstream_close(gateway->upstream);
    if (gateway->signal_fd >= 0) close(gateway->signal_fd);
    sends_close(gateway->sends);
    loop_close(gateway->loop);
    supervisor_close(&gateway->supervisor);
    free(gateway);
}

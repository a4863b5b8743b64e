#include "tests/sim/cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/require.h"
#include "server/method_table.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/desk.h"

enum {
    NS_PER_MS = 1000000,
    RING_BYTES = 64 * 1024,
    ROOM_BYTES = 1 << 20,
    PIECE_BYTES = 64 * 1024,
    AHEAD_MS_MAX = 2000,
    LATE_PERCENT = 20,
    HASH_MS = 700,
    LOG_KEEP_MS = 3500,
};

/* After the desk's time. */
#define BEGIN_MS INT64_C(1800000100000)

const struct store_shop cluster_shop = {{7, 7, 7}};
const struct reservation_id cluster_hold_id = {{[0] = 1, [ID_BYTES - 1] = CLUSTER_HOLD}};

/* --- What a server sees ----------------------------------------------------------------------- */

static unix_ms clock_ms(void *context)
{
    const struct node *node = context;
    return BEGIN_MS + node->cluster->now_ms + node->ahead_ms;
}

static int64_t monotonic_ms(void *context)
{
    return ((const struct node *)context)->cluster->now_ms + 1;
}

static int64_t now_ns(void *context)
{
    return (((const struct cluster *)context)->now_ms + 1) * NS_PER_MS;
}

static int64_t boot_ns(void *context)
{
    return now_ns(((const struct node *)context)->cluster);
}

static void draw_entropy(void *context, uint8_t *bytes, size_t size)
{
    random_fill(&((struct node *)context)->entropy, bytes, size);
}

static void wake(void *context, enum engine_part part)
{
    (void)context, (void)part; /* every part is stepped anyway */
}

static struct engine_connections connections(void *context)
{
    (void)context;
    return (struct engine_connections){.open = 1};
}

static struct engine_process process(void *context)
{
    (void)context;
    return (struct engine_process){0};
}

/* --- Their lives ------------------------------------------------------------------------------ */

static void open_node(struct node *node)
{
    struct store_options options = {
        .path = node->folder,
        .map_bytes = 64 << 20,
        .room_bytes = ROOM_BYTES,
        .journal_bytes = RING_BYTES,
        .readers_max = 4,
        .shop = &cluster_shop,
    };
    struct engine_world world = {
        .context = node,
        .clock_ms = clock_ms,
        .monotonic_ms = monotonic_ms,
        .ticks_ns = boot_ns,
        .entropy = draw_entropy,
        .wake = wake,
        .connections = connections,
        .process = process,
        .clock_jump_max_ms = 60 * 1000,
        .sweep_holds_max = SWEEP_HOLDS_MAX,
        .large_reads_max = 1,
        .self = &node->self,
        .boot_ns = boot_ns,
        .holds_wait = true,
        .hash_every_ms = HASH_MS,
        .log_keep_ms = LOG_KEEP_MS,
    };
    char problem[STORE_PROBLEM_BYTES] = "";
    node->log = memory_log_open(node->cluster->memory, cluster_shop.bytes);
    REQUIRE(node->log != NULL);
    options.log = world.log = node->log;
    enum status err = store_open(&options, problem, &node->store);
    if (err != STATUS_OK) fprintf(stderr, "%s: %s\n", status_name(err), problem);
    REQUIRE(err == STATUS_OK);
    lasting_word_open(&node->floor, node->folder);
    world.clock_floor = node->floor.at;
    struct engine_methods methods = {method_table, method_table_count};
    REQUIRE(engine_open(node->store, &world, methods, &memory_transport, &node->engine) ==
            STATUS_OK);
}

static void close_node(struct node *node)
{
    engine_drain(node->engine);
    engine_give_up(node->engine);
    engine_close(node->engine);
    lasting_word_close(&node->floor);
    store_close(node->store);
    log_close(node->log);
}

static void make_node(struct cluster *cluster, struct node *node, const char *folder)
{
    unsigned i = (unsigned)(node - cluster->nodes);
    *node = (struct node){
        .cluster = cluster,
        .folder = temp_folder_make_simulated(),
        .entropy = random_make(random_next(&cluster->random)),
        .ahead_ms = (int64_t)random_below(&cluster->random, AHEAD_MS_MAX),
    };
    snprintf(node->name, sizeof node->name, "n%u", i + 1);
    onsale__rpc__v1__leader__init(&node->self);
    node->self.name = node->name;
    temp_folder_copy_file(folder, node->folder, "data.mdb");
    open_node(node);
}

void cluster_open(struct cluster *cluster, uint64_t seed, const char *folder, uint64_t index)
{
    const char *folders[CLUSTER_NODES] = {folder, folder, folder};
    cluster_open_each(cluster, seed, folders, index);
}

void cluster_open_each(struct cluster *cluster, uint64_t seed, const char *const *folders,
                       uint64_t index)
{
    *cluster = (struct cluster){.random = random_make(seed)};
    cluster->memory = memory_log_make(cluster_shop.bytes, index + 1, now_ns, cluster);
    REQUIRE(cluster->memory != NULL);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        make_node(cluster, &cluster->nodes[i], folders[i]);
}

void cluster_close(struct cluster *cluster)
{
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        close_node(&cluster->nodes[i]);
        temp_folder_remove(cluster->nodes[i].folder);
    }
    memory_log_free(cluster->memory);
}

void cluster_kill(struct cluster *cluster, struct node *node)
{
    char *left = temp_folder_make_simulated();
    (void)cluster;
    temp_folder_copy_file(node->folder, left, "data.mdb");
    temp_folder_copy_file(node->folder, left, "onsale.journal");
    temp_folder_copy_file(node->folder, left, "onsale.journal.flushed");
    temp_folder_copy_file(node->folder, left, "onsale.clock");
    close_node(node);
    temp_folder_remove(node->folder);
    node->folder = left;
    node->frozen_until_ms = 0;
    open_node(node);
}

/* --- Steps ------------------------------------------------------------------------------------ */

bool cluster_is_frozen(const struct cluster *cluster, const struct node *node)
{
    return node->frozen_until_ms > cluster->now_ms;
}

enum engine_role node_role(const struct node *node)
{
    return role_now(engine_role(node->engine));
}

/* The flusher's thread comes round late now and then: the writer may be a step ahead. */
static void step(struct node *node)
{
    enum engine_more more;
    engine_follow_clock(node->engine);
    if (engine_write_due(node->engine) <= engine_now_ms(node->engine) ||
        node_role(node) != ROLE_LEADER)
        REQUIRE(engine_write(node->engine) == STATUS_OK);
    enum status err =
        random_chance(&node->entropy, LATE_PERCENT) ? STATUS_NOT_YET : engine_flush(node->engine);
    REQUIRE(err == STATUS_OK || err == STATUS_NOT_YET);
    REQUIRE(engine_checkpoint(node->engine, PIECE_BYTES, &more) == STATUS_OK);
    engine_watch(node->engine);
    engine_run_slow(node->engine);
}

void cluster_pass(struct cluster *cluster, int64_t ms)
{
    cluster->now_ms += ms;
    memory_log_step(cluster->memory);
    for (size_t i = 0; i < CLUSTER_NODES; i++)
        if (!cluster_is_frozen(cluster, &cluster->nodes[i])) step(&cluster->nodes[i]);
}

struct node *cluster_leader(struct cluster *cluster)
{
    struct node *leader = NULL;
    for (size_t i = 0; i < CLUSTER_NODES; i++) {
        if (node_role(&cluster->nodes[i]) != ROLE_LEADER) continue;
        if (leader != NULL) return NULL;
        leader = &cluster->nodes[i];
    }
    return leader;
}

/* --- What they begin with --------------------------------------------------------------------- */

static void set_policy(struct desk *desk)
{
    Onsale__V1__QueuePolicy policy = ONSALE__V1__QUEUE_POLICY__INIT;
    policy.active_max = 1;
    policy.admissions_per_second = 1;
    policy.waiting_lifetime_ms = WAIT_LIFETIME_MS;
    policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
    policy.active_lifetime_ms = 3600 * 1000;
    policy.hold_lifetime_ms = 3000;
    policy.purchase_limit = 4;
    Onsale__V1__SetQueuePolicyRequest req = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    req.concert_id = DESK_OTHER_CONCERT;
    req.policy = &policy;
    desk_ask(desk, "onsale.v1.AdminService/SetQueuePolicy", &req.base);
}

static void mark(const char *folder, uint64_t *ret_index)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store *store;
    struct store_options options = {.path = folder,
                                    .map_bytes = 64 << 20,
                                    .journal_bytes = RING_BYTES,
                                    .readers_max = 4,
                                    .shop = &cluster_shop};
    REQUIRE(store_open(&options, problem, &store) == STATUS_OK);
    *ret_index = store_place(store).index;
    store_close(store);
}

char *cluster_make_folder(uint64_t *ret_index)
{
    void *state;
    char *parent = temp_folder_make_simulated();
    REQUIRE(desk_open(&state) == 0);
    struct desk *desk = state;
    set_policy(desk);
    ProtobufCBinaryData token = desk_enter(desk, CLUSTER_HOLDER, DESK_CONCERT);
    REQUIRE(desk_hold(desk, token, CLUSTER_HOLD, 0, 2) == STATUS_OK);
    char *path = temp_folder_join(parent, "copy");
    Onsale__V1__BackUpRequest req = ONSALE__V1__BACK_UP_REQUEST__INIT;
    req.path = path;
    desk_ask(desk, "onsale.v1.AdminService/BackUp", &req.base);
    desk_close(&state);
    temp_folder_copy_file(path, parent, "data.mdb");
    temp_folder_remove(path);
    mark(parent, ret_index);
    return parent;
}

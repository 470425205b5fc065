/* SPDX-License-Identifier: MIT */
/* What the files of this room share: daemon, worker, route, request, reply. */
#ifndef TREATFACTS_HTTP_EXCHANGE_H
#define TREATFACTS_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <treatfacts/http.h>
#include <treatfacts/resource.h>

#include "coding.h"
#include "database.h"
#include "forwarded.h"
#include "gate.h"
#include "headers.h"
#include "metrics.h"
#include "problems.h"
#include "rates.h"
#include "target.h"
#include "tls.h"
#include "watch.h"

/* Which problem a failure is to the client. */
enum tf_problem_code tf_problem_of(enum tf_status status);

/* --- Heads --------------------------------------------------------------- */

/* The first line as the library hands it out: pointers into what it read. */
struct tf_head {
    const char *method, *target, *version;
    size_t target_size;
};
/* The headers that decide how a request is answered. */
enum asked_header {
    ASKED_ACCEPT,
    ASKED_ACCEPT_ENCODING,
    ASKED_IF_NONE_MATCH,
    ASKED_IF_MODIFIED_SINCE,
    ASKED_REQUEST_ID,
    ASKED_CONTENT_LENGTH,
    ASKED_TRANSFER_ENCODING,
    ASKED_EXPECT,
    ASKED_HOST,
    ASKED_COOKIE,
    ASKED__MAX
};
/* Their values, absent where the header is; of one that stands twice the last.
 * Borrowed from the connection until the request is completed. */
struct asked {
    struct tf_str value[ASKED__MAX];
    unsigned char count[ASKED__MAX]; /* 2: twice or more */
};
/* Reads them in one pass with checking the head. TF_PROBLEM_NONE, or why the
 * request is refused. Of use only in the access handler's first call of a request,
 * before the library reads on. */
enum tf_problem_code tf_head_check(struct MHD_Connection *connection, const struct tf_head *head,
                                   const struct tf_http *http, struct asked *asked,
                                   const char **detail);

/* --- Workers ------------------------------------------------------------- */

/* What one thread of the daemon keeps from request to request. */
struct worker {
    struct worker *next;
    pthread_mutex_t lock;      /* held during a request: else others may close the store */
    unsigned generation;       /* of the database that store and responses are of */
    struct tf_arena *arena;    /* reset at the start of each request */
    struct tf_store *store;    /* opened when first needed */
    struct tf_store_mark mark; /* the state that has the version */
    int64_t version;           /* of the data set */
    uint64_t ids[2];           /* what the next request's id is made from */
    struct ready *ready;       /* responses of answers asked for again, see cached.c ... */
    unsigned ready_taken;      /* ... and how often they were */
    struct tf_buf room;        /* of the body before: the next one is written into it */
    struct metrics metrics;
};

struct stream; /* stream.h */

/* What is served where, in routes and listeners. */
enum { AT_PUBLIC = 1, AT_ADMIN = 2, AT_BOTH = AT_PUBLIC | AT_ADMIN };

/* An address and the threads that answer there. */
struct listener {
    struct tf_http *http;
    unsigned at; /* the public one has all routes where it is the only one */
    bool tls;
    int fd; /* the library's, once it has started */
    uint16_t port;
    struct MHD_Daemon *daemon; /* NULL: there is no such address */
};
enum { LISTENER_PUBLIC, LISTENER_ADMIN, LISTENER__MAX };

struct tf_http {
    struct database database;
    char *origins; /* see origins.h; NULL: none */
    struct tf_networks proxies;
    unsigned max_age, stale_age;
    struct listener listeners[LISTENER__MAX];
    int silent; /* a descriptor on which nothing ever happens */
    struct tf_http_limits limits;
    size_t connection_memory;  /* see request_limits.h */
    unsigned most_connections; /* at the public address */
    struct tls *tls;           /* of the public one; NULL: none */
    struct cache *cache;
    struct watch *watch;
    struct rates *rates;   /* NULL: clients may ask as often as they like */
    size_t ready_largest;  /* see cached.h */
    atomic_size_t streams; /* whole lists being sent */
    struct gate reading;   /* to the database */
    atomic_size_t connections;
    atomic_bool draining;      /* told to stop; answers all the same, but is not ready */
    atomic_bool stopping;      /* takes no new connections */
    char *extractor, *lexicon; /* versions, for the metrics */
    double started;            /* Unix seconds */
    pthread_key_t worker_key;
    pthread_mutex_t lock; /* guards what follows */
    struct worker *workers;
    struct census census;
};

/* The calling thread's, made when first asked for; NULL: no memory. */
struct worker *tf_worker_here(struct tf_http *http);
/* Around everything that a request does with its worker. Begin: a store of a file that
 * is no longer at the path is closed. */
void tf_worker_begin(struct tf_http *http, struct worker *worker, uint64_t now_ns);
void tf_worker_end(struct tf_http *http, struct worker *worker);
/* Looks at the path now; what is open of another file is closed, also what idle workers
 * have: SQLite must not have two files of one name open at a time. */
void tf_worker_look(struct tf_http *http, struct worker *worker);
/* Opens a store of the caller's own. */
enum tf_status tf_worker_open(struct tf_http *http, struct worker *worker, struct tf_store **out,
                              struct tf_error *error);
enum tf_status tf_worker_store(struct tf_http *http, struct worker *worker, struct tf_store **out,
                               struct tf_error *error);
/* After a failure of the database: the next request opens it anew. */
void tf_worker_close_store(struct worker *worker);
/* An empty body with the memory of one before it; and giving it back, if it is not
 * out of proportion. */
void tf_worker_take_room(struct worker *worker, struct tf_buf *body);
void tf_worker_give_room(struct worker *worker, struct tf_buf *body);
void tf_workers_free(struct tf_http *http); /* when no thread runs any more */

/* --- Requests and replies ------------------------------------------------ */

enum cache_policy {
    CACHE_NONE,      /* state of the service, and every problem */
    CACHE_SHARED,    /* may be kept for max_age, then revalidated */
    CACHE_IMMUTABLE, /* a numbered revision never changes */
};

struct exchange;

struct route {
    const char *pattern; /* "{...}" stands for one segment */
    unsigned methods;    /* of METHOD_... */
    enum tf_status (*handle)(struct exchange *exchange);
    const char *type;
    enum cache_policy cache;
    const char *summary;
    enum tf_list list; /* for handlers that serve lists */
    enum tf_kind kind; /* for handlers that serve one of a kind */
    unsigned formats;  /* a bit each of enum tf_format; 0: the type only, or the list says */
    unsigned at;       /* of AT_... */
};

enum { METHOD_GET = 1, METHOD_HEAD = 2, METHOD_OPTIONS = 4 };
enum { METHODS_READ = METHOD_GET | METHOD_HEAD | METHOD_OPTIONS };

extern const struct route tf_routes[]; /* the last has pattern == NULL */
/* at: of the listener. *id: the segment that stood for "{...}". NULL: no such path. */
const struct route *tf_route_find(const struct tf_target *target, unsigned at, struct tf_str *id);
unsigned tf_method_find(const char *name);           /* 0: not one of ours */
void tf_method_list(unsigned methods, char out[64]); /* "GET, HEAD, OPTIONS" */

size_t tf_route_place(const struct route *route); /* in the table */

/* A request from its first line to its completion. */
struct request {
    struct tf_http *http;
    const struct listener *listener;
    struct worker *worker;   /* the thread's that the connection belongs to */
    struct watched *watched; /* the connection's */
    bool begun;              /* the access handler has been called once */
    struct asked asked;
    size_t content;               /* bytes of request content seen or announced */
    enum tf_problem_code refusal; /* of the head */
    const char *refusal_detail;
    uint64_t began_ns;
    bool counted;          /* against the client's rate ... */
    struct rate_left left; /* ... of which so much is left */
    char id[TF_REQUEST_ID_MAX + 1];
    unsigned method; /* of METHOD_...; 0: none of ours */
    /* For the log: */
    char method_name[16];
    const struct route *route;
    unsigned status; /* 0: no reply was queued */
    size_t bytes;
    struct tf_address client; /* see client.h */
    bool client_known;
    size_t received_size; /* of the target */
    size_t target_size;   /* what is kept of it */
    char target[];        /* as received */
};

enum { ANSWER_ALWAYS = -1 }; /* instead of a version: of no data set */

struct reply {
    unsigned status;
    const char *type;
    enum cache_policy cache;
    struct tf_buf body;
    struct stream *stream;  /* instead of body: a list that is sent while it is read */
    struct answer *answer;  /* instead of body: what is kept; the response's once it is made */
    bool keep;              /* the answer is the same for all who ask it of this version ... */
    int64_t version;        /* ... of the data set */
    struct tf_str constant; /* instead of body: bytes that outlive the daemon */
    struct tf_str etag;     /* of the uncoded body, with quotes; absent: its fingerprint */
    int64_t last_modified;  /* Unix seconds; 0: unknown */
    struct tf_str next;     /* link to the next page, absent: none */
    unsigned allow;         /* methods to name in Allow; 0: none */
    bool preflight;         /* tells scripts of other origins what they may send */
    unsigned retry_after;   /* seconds; 0: not told */
};

/* One request while it is answered; lives in the access handler's frame. */
struct exchange {
    struct request *request;
    struct MHD_Connection *connection;
    struct worker *worker;
    const struct route *route;
    struct tf_target target;
    struct tf_str id;      /* segment of the path */
    enum tf_format format; /* where there is a choice */
    struct reply reply;
    struct tf_violations violations;
    struct tf_error error;
    enum tf_problem_code refusal; /* where a failure's status does not say it */
    const struct cache_key *key;  /* others may be waiting for this answer; NULL: none */
    bool reading;                 /* see request_limits.h */
};

/* All values of a header joined with ", "; absent: the header is. They are in room,
 * which is the caller's, or in the arena. */
struct tf_str tf_join_header(struct MHD_Connection *connection, const char *name,
                             struct tf_buf *room);
struct tf_str tf_exchange_header(struct exchange *exchange, const char *name);
void tf_exchange_violation(struct exchange *exchange, struct tf_str parameter, const char *detail);

/* Chooses the form of the reply: ?format=, else Accept, else the route's. Sets
 * the reply's type. Lists have theirs in the query: tf_negotiate_query, once
 * that is read; it leaves why not in the exchange's refusal. */
enum tf_problem_code tf_negotiate(struct exchange *exchange);
enum tf_status tf_negotiate_query(struct exchange *exchange, const struct tf_query *query);

/* Answers the request with what is kept, or runs its route; MHD_NO: nothing could be
 * queued. Between tf_worker_begin and its end. */
enum MHD_Result tf_answer(struct request *request, struct MHD_Connection *connection);

/* Fills the reply with the problem. */
void tf_reply_problem(struct exchange *exchange, enum tf_problem_code code);
/* Queues the reply, or 304 where the client has it already; frees the body. Keeps
 * it for others where it may be kept. */
enum MHD_Result tf_reply_send(struct exchange *exchange);
/* What tells one state of an answer from another. */
struct tf_validators {
    struct tf_str etag;        /* absent: none */
    const char *last_modified; /* NULL: none */
};
/* The reply with all its headers; NULL: no memory. */
struct MHD_Response *tf_reply_response(struct exchange *exchange,
                                       const struct tf_validators *validators,
                                       enum tf_coding coding);

/* Handlers, one a kind of route. */
enum tf_status tf_handle_list(struct exchange *exchange);
enum tf_status tf_handle_segments(struct exchange *exchange);
enum tf_status tf_handle_single(struct exchange *exchange);
enum tf_status tf_handle_onset_window(struct exchange *exchange);
enum tf_status tf_handle_search(struct exchange *exchange);
enum tf_status tf_handle_summary(struct exchange *exchange);
enum tf_status tf_handle_text(struct exchange *exchange);
enum tf_status tf_handle_index(struct exchange *exchange);
enum tf_status tf_handle_openapi(struct exchange *exchange);
enum tf_status tf_handle_alive(struct exchange *exchange);
enum tf_status tf_handle_ready(struct exchange *exchange);
enum tf_status tf_handle_metrics(struct exchange *exchange);
enum tf_status tf_handle_version(struct exchange *exchange);
enum tf_status tf_handle_problems(struct exchange *exchange);
enum tf_status tf_handle_problem(struct exchange *exchange);

/* Refuses every parameter; for routes that take none. */
enum tf_status tf_no_parameters(struct exchange *exchange);

/* libmicrohttpd's callbacks; their closure is the struct listener. */
void *tf_on_target(void *listener, const char *target, struct MHD_Connection *connection);
enum MHD_Result tf_on_request(void *listener, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state);
void tf_on_completed(void *listener, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode why);
void tf_on_connection(void *closure, struct MHD_Connection *connection, void **context,
                      enum MHD_ConnectionNotificationCode what);

#endif

/* SPDX-License-Identifier: MIT */
/* The one table of problems (RFC 9457): what they are called in answers, and
 * what their pages at /problems say. */
#ifndef TREATFACTS_HTTP_PROBLEMS_H
#define TREATFACTS_HTTP_PROBLEMS_H

/* NAME, HTTP status, code (last segment of `type`), title, what it means, what
 * to do. */
#define TF_PROBLEM_MAP(X)                                                                          \
    X(BAD_REQUEST, 400, "bad-request", "The request is malformed",                                 \
      "The request does not keep to HTTP, or its URL cannot be read: an escape that is none, "     \
      "bytes that are not UTF-8, a missing Host header, forbidden characters in a header.",        \
      "Mend what detail names. The same request will always be refused.")                          \
    X(BAD_PARAMETER, 400, "bad-parameter", "A parameter is not acceptable",                        \
      "A parameter of the query, or an id in the path, is unknown here, or its value is not "      \
      "among those that are allowed.",                                                             \
      "Look into errors: each entry names a parameter and what it may be. A cursor belongs to "    \
      "the filters and the order it came with; start again without it after changing them.")       \
    X(NOT_FOUND, 404, "not-found", "There is nothing at this address",                             \
      "The path is none of this service, or what had this id is no longer there.",                 \
      "The entry points are listed at /. Ids are found in lists; a text that changed makes new "   \
      "ones for what it says now.")                                                                \
    X(METHOD, 405, "method-not-allowed", "The method is not allowed here",                         \
      "This service can only be read. Names of methods are in capitals.",                          \
      "Use one of the methods that the header Allow names.")                                       \
    X(NOT_ACCEPTABLE, 406, "not-acceptable", "No acceptable form of the answer",                   \
      "The headers Accept and Accept-Encoding rule out every media type or coding that this "      \
      "path has.",                                                                                 \
      "Leave the headers out, or take one of the types that detail names. Where the parameter "    \
      "format is allowed it wins over Accept.")                                                    \
    X(ANSWER, 400, "answer-too-large", "The answer would be too large",                            \
      "What was asked for is more than this service puts together in memory.",                     \
      "Ask for less at a time, with limit or fields, or for the whole list as "                    \
      "application/x-ndjson or text/csv, which is sent while it is read.")                         \
    X(BODY, 413, "content-too-large", "A request must have no content",                            \
      "The request announced or sent content, and no method here takes any.",                      \
      "Send the request without content, Content-Length and Transfer-Encoding.")                   \
    X(URI, 414, "uri-too-long", "The URL is too long",                                             \
      "The URL is longer than 8192 bytes, or what else this service is set to take.",              \
      "Ask for less at a time: split a long list of values into several requests.")                \
    X(RATE, 429, "rate-limited", "Too many requests",                                              \
      "More requests came from this address than it may make in a time. RateLimit-Policy says "    \
      "how many those are, and RateLimit how many are left.",                                      \
      "Go on after as many seconds as the header Retry-After says, and slower. A whole list is "   \
      "one request as application/x-ndjson or text/csv.")                                          \
    X(HEADERS, 431, "headers-too-large", "The request has too many headers",                       \
      "The request has more than 100 header fields, or more than 16384 bytes of them, or what "    \
      "else this service is set to take: less beside a long URL, or with many cookies.",           \
      "Send fewer. Cookies are of no use here.")                                                   \
    X(INTERNAL, 500, "internal", "The service failed",                                             \
      "Something that should not happen did. It is in the log of the service under the "           \
      "request_id.",                                                                               \
      "Try again later; if it stays, tell the operator the request_id.")                           \
    X(OVERLOADED, 503, "overloaded", "The service has too much to do at the moment",               \
      "As many answers are being read from the database as may be at a time. What was asked for "  \
      "before is still given at once.",                                                            \
      "Try again after as many seconds as the header Retry-After says.")                           \
    X(TIMEOUT, 503, "took-too-long", "The answer took too long",                                   \
      "Reading it from the database took longer than this service is set to give to one answer.",  \
      "Ask for less: more filters, no count or facet, a smaller limit. Where the service is only " \
      "busy, the same may do after as many seconds as Retry-After says.")                          \
    X(UNAVAILABLE, 503, "unavailable", "The data is not available at the moment",                  \
      "The database cannot be read now: it is being replaced, migrated or restored, or the "       \
      "machine is short of memory.",                                                               \
      "Try again after as many seconds as the header Retry-After says.")                           \
    X(STOPPING, 503, "stopping", "The service is about to stop",                                   \
      "The service was told to stop. It finishes what it was asked and takes no more.",            \
      "Ask another instance, or again after as many seconds as the header Retry-After says.")

enum tf_problem_code {
    TF_PROBLEM_NONE,
#define X(name, status, code, title, meaning, advice) TF_PROBLEM_##name,
    TF_PROBLEM_MAP(X)
#undef X
        TF_PROBLEM__MAX
};

#endif

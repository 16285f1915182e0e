// The floor for `scale`: the same conversations by plain C on the same libcurl, and nothing else.
//
//   scaleclient --url URL --concurrency N --seconds T [--core N]
//
// Multi interface on an own epoll, as finbench does it: POSTs on one multi handle, streams on
// another. It looks for the subscription URL and for the done signal, keeps no figures but counts,
// and begins the next conversation when one ends. Prints what it did as JSON.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "CScale.h"

enum { BODY_LIMIT = 2048 };

typedef struct {
    CURL *easy;
    int is_stream, is_done;
    char body[BODY_LIMIT];
    size_t filled;
    char request[512];
} Row;

static CURLM *multis[2];  // POSTs, streams
static uint64_t deadlines[2];
static int epoll;
static char start_url[256];
static struct curl_slist *post_headers, *stream_headers;
static uint64_t begun, finished, failed, byte_count;
static uint64_t end_of_starts;
static int active;

static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *context, void *own) {
    (void)easy;
    (void)own;
    struct epoll_event event = {.data.u64 = (uint64_t)(uint32_t)fd | (uint64_t)(size_t)context << 32};
    if (what == CURL_POLL_REMOVE) return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event), 0;
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        (void)epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
    return 0;
}

static int timer_changed(CURLM *multi, long milliseconds, void *context) {
    (void)multi;
    deadlines[(size_t)context] =
        milliseconds < 0 ? UINT64_MAX : scale_now() + (uint64_t)milliseconds * 1000000;
    return 0;
}

static size_t arrived(char *bytes, size_t size, size_t count, void *context) {
    Row *row = context;
    size_t length = size * count;
    byte_count += length;
    if (row->is_stream) {
        if (memmem(bytes, length, "\"awaiting_user_reply\"", 21)) row->is_done = 1;
        return length;
    }
    if (row->filled + length < BODY_LIMIT) {
        memcpy(row->body + row->filled, bytes, length);
        row->filled += length;
        row->body[row->filled] = 0;
    }
    return length;
}

static void begin(Row *row, int is_stream, const char *url) {
    row->is_stream = is_stream;
    row->is_done = 0;
    curl_easy_setopt(row->easy, CURLOPT_URL, url);
    if (is_stream) {
        curl_easy_setopt(row->easy, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(row->easy, CURLOPT_HTTPHEADER, stream_headers);
    } else {
        row->filled = 0;
        curl_easy_setopt(row->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(row->easy, CURLOPT_POSTFIELDS, row->request);
        curl_easy_setopt(row->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(row->request));
        curl_easy_setopt(row->easy, CURLOPT_HTTPHEADER, post_headers);
    }
    curl_multi_add_handle(multis[is_stream], row->easy);
}

static void converse(Row *row) {
    if (scale_now() >= end_of_starts) {
        active--;
        return;
    }
    snprintf(row->request, sizeof row->request,
             "{\"conversation_id\":\"fb-c-%llu\",\"message\":{\"author\":\"user\",\"body\":"
             "\"How do I change my plan?\",\"timestamp\":\"2026-01-01T00:00:00.000Z\"},"
             "\"user\":{\"id\":\"load-u-%llu\"}}",
             (unsigned long long)begun, (unsigned long long)(begun % 1000));
    begun++;
    begin(row, 0, start_url);
}

static void ended(Row *row, CURLcode result) {
    curl_multi_remove_handle(multis[row->is_stream], row->easy);
    if (result == CURLE_OK && !row->is_stream) {
        static const char key[] = "\"sse_subscription_url\":\"";
        char *url = strstr(row->body, key), *end = url ? strchr(url + sizeof key, '"') : NULL;
        if (end) {
            *end = 0;
            begin(row, 1, url + sizeof key - 1);
            return;
        }
    }
    if (result == CURLE_OK && row->is_done) finished++;
    else failed++;
    converse(row);
}

static void drain(int shard) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multis[shard], &left))) {
        Row *row;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&row);
        ended(row, result);
    }
}

static void act(int shard, curl_socket_t fd, int mask) {
    int running;
    if (fd == CURL_SOCKET_TIMEOUT) deadlines[shard] = UINT64_MAX;
    curl_multi_socket_action(multis[shard], fd, mask, &running);
    drain(shard);
}

static void poll_once(void) {
    struct epoll_event events[512];
    uint64_t now = scale_now(), due = deadlines[0] < deadlines[1] ? deadlines[0] : deadlines[1];
    uint64_t wait = due <= now ? 0 : due - now < 100000000 ? due - now : 100000000;
    struct timespec timeout = {0, (long)wait};
    int count = epoll_pwait2(epoll, events, 512, &timeout, NULL);
    for (int index = 0; index < count; index++) {
        int mask = 0;
        if (events[index].events & EPOLLIN) mask |= CURL_CSELECT_IN;
        if (events[index].events & EPOLLOUT) mask |= CURL_CSELECT_OUT;
        if (events[index].events & (EPOLLERR | EPOLLHUP)) mask |= CURL_CSELECT_ERR;
        uint64_t tag = events[index].data.u64;
        act((int)(tag >> 32), (curl_socket_t)(tag & 0xFFFFFFFF), mask);
    }
    now = scale_now();
    for (int shard = 0; shard < 2; shard++)
        if (deadlines[shard] <= now) act(shard, CURL_SOCKET_TIMEOUT, 0);
}

static void make_multis(long rows) {
    for (size_t shard = 0; shard < 2; shard++) {
        multis[shard] = curl_multi_init();
        deadlines[shard] = UINT64_MAX;
        curl_multi_setopt(multis[shard], CURLMOPT_MAXCONNECTS, rows > 128 ? rows : 128L);
        curl_multi_setopt(multis[shard], CURLMOPT_SOCKETDATA, (void *)shard);
        curl_multi_setopt(multis[shard], CURLMOPT_SOCKETFUNCTION, socket_changed);
        curl_multi_setopt(multis[shard], CURLMOPT_TIMERDATA, (void *)shard);
        curl_multi_setopt(multis[shard], CURLMOPT_TIMERFUNCTION, timer_changed);
    }
}

static void make_row(Row *row) {
    row->easy = curl_easy_init();
    curl_easy_setopt(row->easy, CURLOPT_PRIVATE, row);
    curl_easy_setopt(row->easy, CURLOPT_WRITEFUNCTION, arrived);
    curl_easy_setopt(row->easy, CURLOPT_WRITEDATA, row);
    curl_easy_setopt(row->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(row->easy, CURLOPT_BUFFERSIZE, 2048L);
    curl_easy_setopt(row->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(row->easy, CURLOPT_PROXY, "");
}

// What was done up to an instant.
typedef struct {
    uint64_t time, cpu, finished;
} Mark;

static Mark mark(void) { return (Mark){scale_now(), scale_cpu(), finished}; }

int main(int count, char **arguments) {
    const char *url = scale_text(count, arguments, "--url");
    long rows = scale_option(count, arguments, "--concurrency", 100);
    if (!url || rows < 1 || strlen(url) > 200) return 64;
    scale_pin((int)scale_option(count, arguments, "--core", -1));
    (void)scale_prepare();
    curl_global_init(CURL_GLOBAL_ALL);
    snprintf(start_url, sizeof start_url, "%s/fin/start", url);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    post_headers = curl_slist_append(NULL, "Content-Type: application/json");
    post_headers = curl_slist_append(post_headers, "Intercom-Version: 2.16");
    post_headers = curl_slist_append(post_headers, "Authorization: Bearer finbench-local");
    stream_headers = curl_slist_append(NULL, "Accept: text/event-stream");
    make_multis(rows);
    Row *table = calloc((size_t)rows, sizeof *table);
    if (!table) return 71;
    // The first second is not measured: connections are dialled in it.
    uint64_t warm = scale_now() + 1000000000;
    end_of_starts = warm + (uint64_t)scale_option(count, arguments, "--seconds", 5) * 1000000000;
    for (long index = 0; index < rows; index++) {
        make_row(&table[index]);
        active++;
        converse(&table[index]);
    }
    Mark begin = {0}, end = {0};
    while (active > 0) {
        poll_once();
        if (!begin.time && scale_now() >= warm) begin = mark();
        if (!end.time && scale_now() >= end_of_starts) end = mark();
    }
    if (!end.time) end = mark();
    printf("{\"conversations\":%llu,\"failed\":%llu,\"seconds\":%.6f,\"cpu_seconds\":%.6f}\n",
           (unsigned long long)(end.finished - begin.finished), (unsigned long long)failed,
           (double)(end.time - begin.time) / 1e9, (double)(end.cpu - begin.cpu) / 1e9);
    return 0;
}

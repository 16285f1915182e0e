// The other side for `scale`: it answers conversations from prepared text, one thread, one epoll, so
// that it is not what limits its clients. It reads no more of a request than it needs.
//
//   scaleserver [--addresses N] [--chunks N] [--interval-us T] [--text BYTES] [--growth BYTES]
//               [--core N] [--close 1] [--truth FILE]
//
// Prints its base URL; ends when its standard input closes, and prints what it did as JSON. Streams
// are spread over 127.0.0.1 … 127.0.0.N. A turn has `--chunks` chunks `--interval-us` apart, a
// reply and the done signal; with `--close` its connection ends with it. The truth file has a line for
// each turn, as `finbench simulate` writes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "CScale.h"

enum { FD_LIMIT = 1 << 16, INPUT_LIMIT = 4096, ID_LIMIT = 64, EVENT_LIMIT = 64 * 1024 };

typedef struct {
    char *input;  // Kept while a request is not complete.
    size_t filled;
    char id[ID_LIMIT];
    uint64_t due;
    int chunk;      // The next event's place in the turn; -1: no stream is open.
    int heap_place; // -1: not in the heap.
    uint64_t received, first_chunk;
} Connection;

typedef struct {
    char id[ID_LIMIT];
    uint64_t received, first_chunk, replied, done;
} Truth;

static Connection *connections;
static int heap[FD_LIMIT], heap_count;
static int epoll, listeners[64], address_count, port;
static long chunk_count, interval, text_length, growth, closes;
static char *words, event_buffer[EVENT_LIMIT];
static Truth *truths;
static size_t truth_count, truth_room;
static const char *truth_path;
static uint64_t turn_count, event_count, next_address;

// --- a binary heap of descriptors by due time ---

static int is_before(int left, int right) { return connections[left].due < connections[right].due; }

static void heap_put(int place, int fd) {
    heap[place] = fd;
    connections[fd].heap_place = place;
}

static void heap_up(int place) {
    int fd = heap[place];
    while (place > 0 && is_before(fd, heap[(place - 1) / 2])) {
        heap_put(place, heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    heap_put(place, fd);
}

static void heap_down(int place) {
    int fd = heap[place];
    for (;;) {
        int child = 2 * place + 1;
        if (child >= heap_count) break;
        if (child + 1 < heap_count && is_before(heap[child + 1], heap[child])) child++;
        if (!is_before(heap[child], fd)) break;
        heap_put(place, heap[child]);
        place = child;
    }
    heap_put(place, fd);
}

static void heap_insert(int fd) {
    heap_put(heap_count, fd);
    heap_up(heap_count++);
}

static void heap_remove(int fd) {
    int place = connections[fd].heap_place;
    if (place < 0) return;
    connections[fd].heap_place = -1;
    int last = heap[--heap_count];
    if (last == fd) return;
    heap_put(place, last);
    heap_up(place);
    heap_down(connections[last].heap_place);
}

// --- writing ---

// Wall time as `2026-01-31T12:34:56.789Z`, made anew once a millisecond.
static const char *created(void) {
    static char text[40];
    static int64_t known = -1;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    int64_t milliseconds = time.tv_sec * 1000ll + time.tv_nsec / 1000000;
    if (milliseconds == known) return text;
    struct tm parts;
    gmtime_r(&time.tv_sec, &parts);
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, sizeof text - length, ".%03dZ", (int)(milliseconds % 1000));
    known = milliseconds;
    return text;
}

static void drop(int fd) {
    heap_remove(fd);
    free(connections[fd].input);
    connections[fd].input = NULL;
    connections[fd].filled = 0;
    connections[fd].chunk = -1;
    close(fd);
}

// Sends whole or not at all: a client that cannot take an event is too slow to be measured with.
static int send_all(int fd, const char *bytes, size_t length) {
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length) return 1;
    if (sent >= 0 || errno == EAGAIN) fprintf(stderr, "scaleserver: a socket buffer is full\n");
    drop(fd);
    return 0;
}

static size_t chunk_text(int chunk) { return (size_t)(text_length + growth * chunk); }

// One event as one HTTP chunk: `HEX\r\ndata: {…}\n\n\r\n`, its length in front of it as five digits.
static size_t write_event(const Connection *connection) {
    char *body = event_buffer + 7;
    size_t room = EVENT_LIMIT - 64;
    int chunk = connection->chunk, length;
    if (chunk < chunk_count)
        length = snprintf(
            body, room,
            "data: {\"event_name\":\"fin_reply_chunk\",\"conversation_id\":\"%s\","
            "\"stream_id\":\"s-1\",\"chunk_index\":%d,\"chunk_text\":\"%.*s\","
            "\"status\":\"replying\",\"created_at_ms\":\"%s\"}\n\n",
            connection->id, chunk, (int)chunk_text(chunk), words, created());
    else if (chunk == chunk_count)
        length = snprintf(
            body, room,
            "data: {\"event_name\":\"fin_replied\",\"conversation_id\":\"%s\",\"user_id\":\"u\","
            "\"message\":{\"id\":\"m-1\",\"author\":\"fin\",\"body\":\"<p>%.*s</p>\","
            "\"timestamp_ms\":\"%s\"},\"status\":\"replying\",\"stream_id\":\"s-1\","
            "\"created_at_ms\":\"%s\"}\n\n",
            connection->id, (int)chunk_text((int)chunk_count - 1), words, created(), created());
    else
        length = snprintf(
            body, room,
            "data: {\"event_name\":\"fin_status_updated\",\"conversation_id\":\"%s\","
            "\"user_id\":\"u\",\"status\":\"awaiting_user_reply\",\"created_at_ms\":\"%s\"}\n\n",
            connection->id, created());
    char head[8];
    snprintf(head, sizeof head, "%05x\r\n", (unsigned)length & 0xFFFFF);
    memcpy(event_buffer, head, 7);
    memcpy(body + length, "\r\n", 2);
    return (size_t)length + 9;
}

static void note_truth(const Connection *connection, uint64_t replied, uint64_t done) {
    if (!truth_path) return;
    if (truth_count == truth_room) {
        truth_room = truth_room ? 2 * truth_room : 1 << 14;
        truths = realloc(truths, truth_room * sizeof *truths);
        if (!truths) abort();
    }
    Truth *truth = &truths[truth_count++];
    memcpy(truth->id, connection->id, ID_LIMIT);
    truth->received = connection->received;
    truth->first_chunk = connection->first_chunk;
    truth->replied = replied;
    truth->done = done;
}

// The last two events leave together with the end of the response: the turn is over.
static void finish_turn(int fd) {
    Connection *connection = &connections[fd];
    size_t length = write_event(connection);
    uint64_t replied = scale_now();
    if (!send_all(fd, event_buffer, length)) return;
    connection->chunk++;
    length = write_event(connection);
    memcpy(event_buffer + length, "0\r\n\r\n", 5);
    uint64_t done = scale_now();
    if (!send_all(fd, event_buffer, length + 5)) return;
    event_count += 2;
    turn_count++;
    note_truth(connection, replied, done);
    connection->chunk = -1;
    if (closes) drop(fd);
}

static void send_due(int fd) {
    Connection *connection = &connections[fd];
    heap_remove(fd);
    if (connection->chunk >= chunk_count) return finish_turn(fd);
    size_t length = write_event(connection);
    if (connection->chunk == 0) connection->first_chunk = scale_now();
    if (!send_all(fd, event_buffer, length)) return;
    event_count++;
    connection->chunk++;
    connection->due += (uint64_t)interval;
    heap_insert(fd);
}

// --- requests ---

static void answer_post(int fd, const char *body) {
    Connection *connection = &connections[fd];
    static const char key[] = "\"conversation_id\"";
    const char *found = strstr(body, key);
    // The value begins behind the next quote, with or without a space before it.
    const char *id = found ? strchr(found + sizeof key - 1, '"') : NULL;
    const char *end = id ? strchr(++id, '"') : NULL;
    if (!end || end - id >= ID_LIMIT) return drop(fd);
    int id_length = (int)(end - id);
    char json[512], response[1024];
    int address = 1 + (int)(next_address++ % (uint64_t)address_count);
    int length = snprintf(
        json, sizeof json,
        "{\"conversation_id\":\"%.*s\",\"user_id\":\"u\",\"status\":\"thinking\","
        "\"created_at_ms\":\"%s\",\"sse_subscription_url\":"
        "\"http://127.0.0.%d:%d/event-stream?channel=%.*s&received=%llu\"}",
        id_length, id, created(), address, port, id_length, id,
        (unsigned long long)connection->received);
    int total = snprintf(
        response, sizeof response,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length,
        json);
    send_all(fd, response, (size_t)total);
}

static void answer_stream(int fd, const char *path) {
    Connection *connection = &connections[fd];
    const char *id = strstr(path, "channel="), *received = strstr(path, "&received=");
    size_t length = id && received ? (size_t)(received - id - 8) : ID_LIMIT;
    if (length >= ID_LIMIT) return drop(fd);
    memcpy(connection->id, id + 8, length);
    connection->id[length] = 0;
    connection->received = strtoull(received + 10, NULL, 10);
    char head[160];
    int head_length = snprintf(
        head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n%s\r\n",
        closes ? "Connection: close\r\n" : "");
    if (!send_all(fd, head, (size_t)head_length)) return;
    connection->chunk = 0;
    connection->due = scale_now() + (uint64_t)interval;
    heap_insert(fd);
}

// Whether the input holds a whole request, and if so answers it.
static void look_at_input(int fd) {
    Connection *connection = &connections[fd];
    char *input = connection->input, *head_end = strstr(input, "\r\n\r\n");
    if (!head_end) return;
    if (strncmp(input, "GET ", 4) == 0) {
        connection->filled = 0;
        return answer_stream(fd, input);
    }
    const char *length = strcasestr(input, "content-length:");
    size_t body = length ? (size_t)strtoul(length + 15, NULL, 10) : 0;
    if (connection->filled < (size_t)(head_end + 4 - input) + body) return;
    connection->received = scale_now();
    connection->filled = 0;
    answer_post(fd, head_end + 4);
}

static void receive(int fd) {
    Connection *connection = &connections[fd];
    if (!connection->input) connection->input = malloc(INPUT_LIMIT);
    if (!connection->input) abort();
    size_t room = INPUT_LIMIT - 1 - connection->filled;
    ssize_t count = recv(fd, connection->input + connection->filled, room, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return drop(fd);
    connection->filled += (size_t)count;
    connection->input[connection->filled] = 0;
    look_at_input(fd);
    // An open stream waits for nothing: its memory is not what is measured, but need not grow.
    if (connection->filled == 0 && connection->input) {
        free(connection->input);
        connection->input = NULL;
    }
}

static void accept_all(int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= FD_LIMIT) abort();
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[fd].chunk = connections[fd].heap_place = -1;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        (void)epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

// --- the whole ---

static void listen_at(int index) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)index);
    socklen_t length = sizeof address;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 4096) != 0) {
        perror("scaleserver: listen");
        exit(71);
    }
    (void)getsockname(fd, (struct sockaddr *)&address, &length);
    port = ntohs(address.sin_port);
    listeners[index] = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void serve(void) {
    struct epoll_event events[512], input = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input);
    for (;;) {
        uint64_t now = scale_now();
        while (heap_count && connections[heap[0]].due <= now) send_due(heap[0]);
        uint64_t wait = heap_count ? connections[heap[0]].due - now : 100000000;
        if (heap_count && connections[heap[0]].due <= now) wait = 0;
        struct timespec timeout = {(time_t)(wait / 1000000000), (long)(wait % 1000000000)};
        int count = epoll_pwait2(epoll, events, 512, &timeout, NULL);
        for (int index = 0; index < count; index++) {
            int fd = events[index].data.fd, is_listener = 0;
            if (fd == STDIN_FILENO) {
                char byte;
                if (read(fd, &byte, 1) <= 0) return;
                continue;
            }
            for (int other = 0; other < address_count; other++)
                is_listener |= listeners[other] == fd;
            if (is_listener) accept_all(fd);
            else receive(fd);
        }
    }
}

static void write_truth(void) {
    if (!truth_path) return;
    FILE *file = fopen(truth_path, "w");
    if (!file) return perror("scaleserver: the truth file");
    fprintf(file, "conversation_id,turn,fault,request_received_ns,first_chunk_written_ns,"
                  "first_replied_written_ns,done_written_ns\n");
    for (size_t index = 0; index < truth_count; index++) {
        const Truth *truth = &truths[index];
        fprintf(file, "%s,1,,%llu,%llu,%llu,%llu\n", truth->id, (unsigned long long)truth->received,
                (unsigned long long)truth->first_chunk, (unsigned long long)truth->replied,
                (unsigned long long)truth->done);
    }
    fclose(file);
}

int main(int count, char **arguments) {
    scale_pin((int)scale_option(count, arguments, "--core", -1));
    (void)scale_prepare();
    chunk_count = scale_option(count, arguments, "--chunks", 30);
    interval = 1000 * scale_option(count, arguments, "--interval-us", 1000);
    text_length = scale_option(count, arguments, "--text", 24);
    growth = scale_option(count, arguments, "--growth", 12);
    address_count = (int)scale_option(count, arguments, "--addresses", 1);
    closes = scale_option(count, arguments, "--close", 0);
    truth_path = scale_text(count, arguments, "--truth");
    size_t longest = chunk_text((int)chunk_count);
    if (address_count < 1 || address_count > 64 || longest > EVENT_LIMIT - 1024) return 64;
    words = malloc(longest + 1);
    connections = calloc(FD_LIMIT, sizeof *connections);
    if (!words || !connections) return 71;
    for (size_t index = 0; index < longest; index++) words[index] = "how it is done "[index % 15];
    words[longest] = 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int index = 0; index < address_count; index++) listen_at(index);
    printf("http://127.0.0.1:%d\n", port);
    fflush(stdout);
    serve();
    printf("{\"turns\":%llu,\"events\":%llu,\"cpu_ns\":%llu}\n", (unsigned long long)turn_count,
           (unsigned long long)event_count, (unsigned long long)scale_cpu());
    write_truth();
    return 0;
}

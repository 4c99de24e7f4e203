/*
 * A power cut for tests: a library for LD_PRELOAD that stands between a process and one folder.
 *
 * kill -9 leaves the page cache, so a process that never syncs survives it. This library notes what
 * each change of a file or folder overwrote until the fsync that makes it durable. At one event,
 * chosen by the seed, it kills the process and takes back what is not durable (powercut_undo.c).
 * No real sync is needed for that; instead each one takes a while, as it does on an SD card,
 * so that an acknowledgement sent before its sync is caught.
 *
 *   POWERCUT_FOLDER   absolute real path of the watched folder; nothing happens without it
 *   POWERCUT_LOG      file that says what was taken back; its last line is "done"
 *   POWERCUT_STASH    folder on the same file system, outside the watched one, for unlinked files
 *   POWERCUT_SEED     decides everything that is left to chance
 *   POWERCUT_FIRST, POWERCUT_LAST   the cut comes at an event between these; 0 or absent: never
 *   POWERCUT_ARM      events count only once this file exists; absent: from the start
 *   POWERCUT_MODE     one of powercut_undo.c; absent: the seed chooses
 *   POWERCUT_SYNC_MICROS   longest time a sync takes
 *   POWERCUT_HOLD     while this file exists no sync of a watched file returns
 *   POWERCUT_LYING    1: syncs make nothing durable, as a disk that ignores them
 *   POWERCUT_FULL     while this file exists, whatever would grow a watched file gets ENOSPC
 *   POWERCUT_FAIL     while this file exists, every write and sync of a watched file gets EIO
 *   POWERCUT_FAIL_SYNC  while this file exists, every sync of a watched file gets EIO, though writes succeed;
 *                     once one has, the power goes when the process has ended
 *   POWERCUT_POISON   whoever opens a file whose path ends so is killed at once
 *
 * What it cannot see (memory maps other than SQLite's -shm, fallocate) ends the process at once.
 */
#define _GNU_SOURCE
#include "powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ledger ledger;
volatile int is_active;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static size_t folder_length;
static size_t unsynced_bytes;
static unsigned stash_count;
static const char *arm_path, *full_path, *fail_path, *fail_sync_path, *hold_path, *stash_path, *poison;
static volatile int has_sync_failed;
static volatile int is_armed;

void lock(void) {
    pthread_mutex_lock(&mutex);
}

void unlock(void) {
    pthread_mutex_unlock(&mutex);
}

static uint64_t number(const char *name) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void start(void) {
    const char *folder = getenv("POWERCUT_FOLDER"), *log = getenv("POWERCUT_LOG");
    stash_path = getenv("POWERCUT_STASH");
    if (!folder || !log || !stash_path) return;
    ledger.files = calloc(FILES_MAX, sizeof *ledger.files);
    ledger.entries = calloc(ENTRIES_MAX, sizeof *ledger.entries);
    if (!ledger.files || !ledger.entries) abort();
    folder_length = strlen(folder);
    snprintf(ledger.folder, sizeof ledger.folder, "%s", folder);
    snprintf(ledger.log, sizeof ledger.log, "%s", log);
    ledger.seed = ledger.random = number("POWERCUT_SEED");
    ledger.mode = getenv("POWERCUT_MODE");
    uint64_t first = number("POWERCUT_FIRST"), last = number("POWERCUT_LAST");
    if (first && last >= first)
        ledger.cut_at = first + powercut_random(&ledger) % (last - first + 1);
    arm_path = getenv("POWERCUT_ARM");
    full_path = getenv("POWERCUT_FULL");
    fail_path = getenv("POWERCUT_FAIL");
    fail_sync_path = getenv("POWERCUT_FAIL_SYNC");
    hold_path = getenv("POWERCUT_HOLD");
    poison = getenv("POWERCUT_POISON");
    ledger.sync_micros = number("POWERCUT_SYNC_MICROS");
    ledger.is_lying = number("POWERCUT_LYING") == 1;
    is_armed = arm_path == NULL;
    is_active = 1;
}

/* In a child: the dead cannot act on half-restored files. */
static void restore_after(pid_t dying) {
    while (getppid() == dying) usleep(100);
    powercut_take_back(&ledger);
    _exit(0);
}

__attribute__((destructor)) static void stop(void) {
    if (is_active && ledger.events) powercut_log(&ledger, "exit pid=%d events=%llu\n", getpid(),
            (unsigned long long) ledger.events);
    pid_t dying = getpid();
    if (has_sync_failed && fork() == 0) restore_after(dying);
}

void give_up(const char *what, const char *path) {
    powercut_log(&ledger, "unwatched %s path=%s\n", what, path);
    abort();
}

void cut(void) {
    pid_t dying = getpid();
    pid_t child = fork();
    if (child < 0) abort();
    if (child > 0) {
        kill(dying, SIGKILL);
        for (;;) pause();
    }
    restore_after(dying);
}

static int exists(const char *path) {
    int kept_errno = errno;
    int found = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    errno = kept_errno;
    return found;
}

void hold(void) {
    if (!hold_path || !exists(hold_path)) return;
    powercut_log(&ledger, "held sync\n");
    while (exists(hold_path)) usleep(5000);
    powercut_log(&ledger, "let go\n");
}

int is_last_event(void) {
    if (!is_armed) is_armed = exists(arm_path);
    if (!is_armed) return 0;
    return ++ledger.events == ledger.cut_at;
}

static void event(void) {
    if (is_last_event()) cut();
}

int is_below_folder(const char *path) {
    return strncmp(path, ledger.folder, folder_length) == 0
            && (path[folder_length] == '/' || path[folder_length] == 0);
}

void die_of_poison(const char *name) {
    size_t length = strlen(name), end = poison ? strlen(poison) : 0;
    if (!poison || length < end || strcmp(name + length - end, poison) != 0) return;
    powercut_log(&ledger, "poison path=%s\n", name);
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

int is_shared_memory(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, "-shm") == 0;
}

int path_of_descriptor(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

int resolve(int at, const char *name, char *path) {
    int kept_errno = errno;
    char parent[PATH_MAX];
    if (!name || strlen(name) >= PATH_MAX) return 0;
    snprintf(parent, sizeof parent, "%s", name);
    size_t length = strlen(parent);
    while (length > 1 && parent[length - 1] == '/') parent[--length] = 0;
    char *slash = strrchr(parent, '/');
    char last[NAME_MAX + 1];
    snprintf(last, sizeof last, "%s", slash ? slash + 1 : parent);
    if (slash == parent) parent[1] = 0;
    else if (slash) *slash = 0;
    else strcpy(parent, ".");
    int folder = syscall(SYS_openat, at, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int found = folder >= 0 && path_of_descriptor(folder, path);
    if (folder >= 0) syscall(SYS_close, folder);
    errno = kept_errno;
    size_t used = found ? strlen(path) : 0;
    if (!found || used + strlen(last) + 2 > PATH_MAX) return 0;
    sprintf(path + used, "/%s", last);
    return is_below_folder(path);
}

struct tracked_file *find(const struct stat *status) {
    for (size_t f = ledger.file_count; f-- > 0;)
        if (ledger.files[f].inode == status->st_ino && ledger.files[f].device == status->st_dev)
            return &ledger.files[f];
    return NULL;
}

struct tracked_file *tracked(int fd, struct stat *status) {
    if (ledger.file_count == 0 || syscall(SYS_fstat, fd, status) != 0 || !S_ISREG(status->st_mode))
        return NULL;
    return find(status);
}

void track(int fd, const char *path) {
    struct stat status;
    if (syscall(SYS_fstat, fd, &status) != 0 || !S_ISREG(status.st_mode) || find(&status)) return;
    if (ledger.file_count == FILES_MAX) give_up("file beyond FILES_MAX", path);
    struct tracked_file *file = &ledger.files[ledger.file_count];
    file->descriptor = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (file->descriptor < 0) give_up("file that cannot be opened", path);
    file->inode = status.st_ino;
    file->device = status.st_dev;
    snprintf(file->path, sizeof file->path, "%s", path);
    ledger.file_count++;
}

void forget_changes(struct tracked_file *file, uint64_t up_to) {
    size_t gone = 0;
    while (gone < file->change_count && file->changes[gone].sequence <= up_to) {
        struct change *change = &file->changes[gone++];
        unsynced_bytes -= change->old_length + change->new_length;
        free(change->bytes);
    }
    file->change_count -= gone;
    memmove(file->changes, file->changes + gone, file->change_count * sizeof *file->changes);
}

static void bound_memory(void) {
    if (unsynced_bytes <= UNSYNCED_BYTES_MAX) return;
    for (size_t f = 0; f < ledger.file_count; f++) {
        struct tracked_file *file = &ledger.files[f];
        if (file->change_count)
            forget_changes(file, file->changes[file->change_count / 2].sequence);
    }
}

static void read_exactly(int fd, unsigned char *bytes, size_t length, off_t offset) {
    for (size_t done = 0; done < length;) {
        ssize_t n = syscall(SYS_pread64, fd, bytes + done, length - done, offset + done);
        if (n <= 0) abort();
        done += n;
    }
}

struct change before(const struct tracked_file *file, off_t size, off_t offset, size_t length) {
    struct change change = {.offset = offset, .size_before = size};
    size_t held = offset < size ? size - offset : 0;
    change.old_length = length < held ? length : held;
    change.bytes = malloc(change.old_length + length + 1);
    if (!change.bytes) abort();
    read_exactly(file->descriptor, change.bytes, change.old_length, offset);
    return change;
}

void after(struct tracked_file *file, struct change change, size_t written, int is_durable) {
    struct stat now;
    if (syscall(SYS_fstat, file->descriptor, &now) != 0) abort();
    change.size_after = now.st_size;
    change.new_length = written;
    change.durable = is_durable && !ledger.is_lying;
    change.sequence = ++ledger.sequence;
    read_exactly(file->descriptor, change.bytes + change.old_length, written, change.offset);
    if (file->change_count == file->change_capacity) {
        file->change_capacity = file->change_capacity ? file->change_capacity * 2 : 64;
        file->changes = realloc(file->changes, file->change_capacity * sizeof *file->changes);
        if (!file->changes) abort();
    }
    file->changes[file->change_count++] = change;
    unsynced_bytes += change.old_length + change.new_length;
    bound_memory();
    event();
}

void note_entry(enum entry_kind kind, const char *path, const char *source, const char *stash) {
    if (ledger.entry_count == ENTRIES_MAX) give_up("entry beyond ENTRIES_MAX", path);
    ledger.entries[ledger.entry_count++] = (struct entry) {kind, ++ledger.sequence, strdup(path),
            source ? strdup(source) : NULL, stash ? strdup(stash) : NULL};
    event();
}

int stash(const char *path, char *kept) {
    int kept_errno = errno;
    snprintf(kept, PATH_MAX, "%s/%d-%u", stash_path, getpid(), ++stash_count);
    int linked = syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0) == 0;
    errno = kept_errno;
    return linked;
}

void forget_entries(const char *folder, uint64_t up_to) {
    size_t kept = 0, length = strlen(folder);
    for (size_t e = 0; e < ledger.entry_count; e++) {
        struct entry *entry = &ledger.entries[e];
        const char *rest = entry->path + length;
        int is_inside = strncmp(entry->path, folder, length) == 0 && *rest == '/'
                && !strchr(rest + 1, '/');
        if (!is_inside || entry->sequence > up_to) {
            ledger.entries[kept++] = *entry;
            continue;
        }
        if (entry->stash) syscall(SYS_unlinkat, AT_FDCWD, entry->stash, 0);
        free(entry->path);
        free(entry->source);
        free(entry->stash);
    }
    ledger.entry_count = kept;
}

int is_refused(off_t size, off_t end) {
    return full_path && end > size && exists(full_path);
}

int is_failing(void) {
    return fail_path && exists(fail_path);
}

int is_sync_failing(void) {
    if (is_failing()) return 1;
    int fails = fail_sync_path && exists(fail_sync_path);
    has_sync_failed |= fails;
    return fails;
}

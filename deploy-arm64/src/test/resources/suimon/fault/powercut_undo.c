/*
 * The second half of the power-cut shim: what is left on the disk when the power goes.
 *
 * Between two syncs the kernel may write any sector at any moment, in any order. So after a cut
 * each 512-byte sector holds some version it had since the last sync, each file some size it had,
 * and each folder some prefix of its changes (file systems journal those in order). Inside a sector
 * a later version includes all earlier ones: that is what SQLite calls power-safe overwrite.
 *
 *   lost       nothing unsynced survives
 *   prefix     the first k changes survive, over all files
 *   torn       the same, and the next change survives in some of its sectors
 *   scattered  every sector and every size picks its own version
 *   none       everything survives, as after a kill; never chosen by the seed
 */
#define _GNU_SOURCE
#include "powercut.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum mode { LOST, PREFIX, TORN, SCATTERED, NONE };
static const char *const mode_names[] = {"lost", "prefix", "torn", "scattered", "none"};

/* What survives: changes up to this sequence, and for TORN parts of the one after it. */
struct verdict {
    enum mode mode;
    uint64_t survives;
};

/* splitmix64: one number of state, so a seed is the whole story. */
uint64_t powercut_random(struct ledger *ledger) {
    uint64_t z = (ledger->random += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

void powercut_log(struct ledger *ledger, const char *format, ...) {
    char line[PATH_MAX + 512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length >= (int) sizeof line) length = sizeof line - 1;
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    int fd = syscall(SYS_openat, AT_FDCWD, ledger->log, flags, 0644);
    if (fd < 0 || syscall(SYS_write, fd, line, length) != length) abort();
    syscall(SYS_close, fd);
}

static struct verdict decide(struct ledger *ledger) {
    enum mode mode = powercut_random(ledger) % NONE;
    for (int i = 0; ledger->mode && i <= NONE; i++)
        if (strcmp(ledger->mode, mode_names[i]) == 0) mode = i;
    uint64_t oldest = ledger->sequence + 1;
    for (size_t f = 0; f < ledger->file_count; f++)
        if (ledger->files[f].change_count && ledger->files[f].changes[0].sequence < oldest)
            oldest = ledger->files[f].changes[0].sequence;
    if (ledger->entry_count && ledger->entries[0].sequence < oldest)
        oldest = ledger->entries[0].sequence;
    uint64_t unsynced = ledger->sequence + 1 - oldest;
    uint64_t kept = mode == LOST ? 0 : powercut_random(ledger) % (unsynced + 1);
    return (struct verdict) {mode, mode == NONE ? UINT64_MAX : oldest - 1 + kept};
}

/* How many of the file's changes one sector (or the size) keeps. */
static size_t kept_changes(
        struct ledger *ledger, struct tracked_file *file, struct verdict verdict) {
    if (verdict.mode == SCATTERED) return powercut_random(ledger) % (file->change_count + 1);
    size_t kept = 0;
    while (kept < file->change_count && file->changes[kept].sequence <= verdict.survives) kept++;
    int is_torn = verdict.mode == TORN && kept < file->change_count
            && file->changes[kept].sequence == verdict.survives + 1;
    return is_torn ? kept + powercut_random(ledger) % 2 : kept;
}

static size_t touched_end(const struct change *change) {
    size_t old = change->old_length, new = change->new_length;
    return change->offset + (new > old ? new : old);
}

static size_t capacity(const struct tracked_file *file, off_t size_now) {
    size_t bytes = size_now;
    for (size_t i = 0; i < file->change_count; i++) {
        const struct change *change = &file->changes[i];
        if ((size_t) change->size_before > bytes) bytes = change->size_before;
        if (touched_end(change) > bytes) bytes = touched_end(change);
    }
    return (bytes / SECTOR + 1) * SECTOR;
}

static void undo(unsigned char *image, const struct change *change) {
    if (change->size_before < change->size_after)
        memset(image + change->size_before, 0, change->size_after - change->size_before);
    memcpy(image + change->offset, change->bytes, change->old_length);
}

static void redo(unsigned char *image, const struct change *change) {
    if (change->size_after < change->size_before)
        memset(image + change->size_after, 0, change->size_before - change->size_after);
    memcpy(image + change->offset, change->bytes + change->old_length, change->new_length);
}

static void read_whole(const struct tracked_file *file, unsigned char *image, off_t size) {
    for (off_t done = 0; done < size;) {
        ssize_t n = syscall(SYS_pread64, file->descriptor, image + done, size - done, done);
        if (n <= 0) abort();
        done += n;
    }
}

static void write_whole(const struct tracked_file *file, const unsigned char *image, off_t size) {
    if (syscall(SYS_ftruncate, file->descriptor, size) != 0) abort();
    for (off_t done = 0; done < size;) {
        ssize_t n = syscall(SYS_pwrite64, file->descriptor, image + done, size - done, done);
        if (n <= 0) abort();
        done += n;
    }
}

static void take_back_file(
        struct ledger *ledger, struct tracked_file *file, struct verdict verdict) {
    struct stat now;
    if (fstat(file->descriptor, &now) != 0) abort();
    size_t bytes = capacity(file, now.st_size), sectors = bytes / SECTOR;
    size_t count = file->change_count;
    unsigned char *image = calloc(1, bytes), *result = malloc(bytes);
    size_t *kept = malloc(sectors * sizeof *kept), *last = calloc(sectors, sizeof *last);
    if (!image || !result || !kept || !last) abort();
    read_whole(file, image, now.st_size);
    for (size_t i = count; i-- > 0;) undo(image, &file->changes[i]);
    memcpy(result, image, bytes);

    for (size_t s = 0; s < sectors; s++) kept[s] = SIZE_MAX;
    size_t size_kept = kept_changes(ledger, file, verdict);
    for (size_t i = 0; i < count; i++) {
        struct change *change = &file->changes[i];
        if (change->durable && size_kept <= i) size_kept = i + 1;
        for (size_t s = change->offset / SECTOR; s * SECTOR < touched_end(change); s++) {
            if (kept[s] == SIZE_MAX) kept[s] = kept_changes(ledger, file, verdict);
            if (change->durable && kept[s] <= i) kept[s] = i + 1;
            last[s] = i + 1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct change *change = &file->changes[i];
        redo(image, change);
        for (size_t s = change->offset / SECTOR; s * SECTOR < touched_end(change); s++)
            if (i < kept[s]) memcpy(result + s * SECTOR, image + s * SECTOR, SECTOR);
    }
    off_t size = size_kept == 0
            ? file->changes[0].size_before : file->changes[size_kept - 1].size_after;
    write_whole(file, result, size);

    size_t touched = 0, reverted = 0;
    for (size_t s = 0; s < sectors; s++) {
        touched += last[s] > 0;
        reverted += last[s] > 0 && kept[s] < last[s];
    }
    powercut_log(ledger, "file path=%s unsynced=%zu sectors=%zu takenBack=%zu size=%lld->%lld\n",
            file->path, count, touched, reverted, (long long) now.st_size, (long long) size);
}

static int rename_back(const char *from, const char *to) {
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static void take_back_entry(struct ledger *ledger, const struct entry *entry) {
    int rc = 0;
    switch (entry->kind) {
    case CREATED: rc = syscall(SYS_unlinkat, AT_FDCWD, entry->path, 0); break;
    case FOLDER_MADE: rc = syscall(SYS_unlinkat, AT_FDCWD, entry->path, AT_REMOVEDIR); break;
    case FOLDER_REMOVED: rc = syscall(SYS_mkdirat, AT_FDCWD, entry->path, 0755); break;
    case UNLINKED: rc = rename_back(entry->stash, entry->path); break;
    case RENAMED:
        rc = rename_back(entry->path, entry->source);
        if (entry->stash) rc |= rename_back(entry->stash, entry->path);
        break;
    }
    static const char *const names[] = {"created", "unlinked", "renamed", "mkdir", "rmdir"};
    powercut_log(ledger, "entry %s path=%s takenBack=%s\n", names[entry->kind], entry->path,
            rc == 0 ? "yes" : "no");
}

/* SQLite says it never trusts a -shm file that nobody holds: leave garbage and see. */
static void spoil_shared_memory(struct ledger *ledger) {
    for (size_t f = 0; f < ledger->file_count; f++) {
        struct tracked_file *file = &ledger->files[f];
        size_t length = strlen(file->path);
        if (length < 4 || strcmp(file->path + length - 4, "-shm") != 0) continue;
        uint64_t garbage[512];
        for (size_t i = 0; i < 512; i++) garbage[i] = powercut_random(ledger);
        if (syscall(SYS_pwrite64, file->descriptor, garbage, sizeof garbage, 0) < 0) abort();
    }
}

void powercut_take_back(struct ledger *ledger) {
    struct verdict verdict = decide(ledger);
    powercut_log(ledger, "cut seed=%llu event=%llu mode=%s changes=%llu survivesUpTo=%llu\n",
            (unsigned long long) ledger->seed, (unsigned long long) ledger->events,
            mode_names[verdict.mode], (unsigned long long) ledger->sequence,
            (unsigned long long) verdict.survives);
    for (size_t f = 0; f < ledger->file_count; f++)
        if (ledger->files[f].change_count) take_back_file(ledger, &ledger->files[f], verdict);
    for (size_t e = ledger->entry_count; e-- > 0;)
        if (ledger->entries[e].sequence > verdict.survives)
            take_back_entry(ledger, &ledger->entries[e]);
    spoil_shared_memory(ledger);
    powercut_log(ledger, "done\n");
}

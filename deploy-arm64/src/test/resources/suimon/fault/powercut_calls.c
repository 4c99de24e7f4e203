/*
 * The calls of libc that the power-cut shim takes over, as SQLite's unix VFS and the JDK make them.
 * All go to the kernel directly: there is no libc function below ours to look up.
 */
#define _GNU_SOURCE
#include "powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum how { WRITE, PWRITE, WRITEV, PWRITEV };

static ssize_t plain_write(enum how how, int fd, const void *what, size_t count, off_t offset) {
    switch (how) {
    case WRITE: return syscall(SYS_write, fd, what, count);
    case PWRITE: return syscall(SYS_pwrite64, fd, what, count, offset);
    case WRITEV: return syscall(SYS_writev, fd, what, count);
    case PWRITEV: return syscall(SYS_pwritev, fd, what, count, offset, 0l);
    }
    abort();
}

static size_t length_of(enum how how, const void *what, size_t count) {
    if (how == WRITE || how == PWRITE) return count;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) length += ((const struct iovec *) what)[i].iov_len;
    return length;
}

static ssize_t any_write(enum how how, int fd, const void *what, size_t count, off_t offset) {
    if (!is_active || ledger.file_count == 0) return plain_write(how, fd, what, count, offset);
    struct stat status;
    if (syscall(SYS_fstat, fd, &status) != 0 || !S_ISREG(status.st_mode))
        return plain_write(how, fd, what, count, offset);
    lock();
    struct tracked_file *file = tracked(fd, &status);
    if (!file || is_shared_memory(file->path)) {
        unlock();
        return plain_write(how, fd, what, count, offset);
    }
    int flags = fcntl(fd, F_GETFL);
    if (how == WRITE || how == WRITEV)
        offset = flags & O_APPEND ? status.st_size : syscall(SYS_lseek, fd, 0l, SEEK_CUR);
    size_t length = length_of(how, what, count);
    ssize_t written = -1;
    if (is_refused(status.st_size, offset + length)) {
        errno = ENOSPC;
    } else if (is_failing()) {
        errno = EIO;
    } else {
        struct change change = before(file, status.st_size, offset, length);
        written = plain_write(how, fd, what, count, offset);
        int kept_errno = errno;
        if (written > 0) {
            if (change.old_length > (size_t) written) change.old_length = written;
            after(file, change, written, (flags & (O_SYNC | O_DSYNC)) != 0);
        } else {
            free(change.bytes);
        }
        errno = kept_errno;
    }
    unlock();
    return written;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    return any_write(WRITE, fd, bytes, count, 0);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    return any_write(PWRITE, fd, bytes, count, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    return any_write(PWRITE, fd, bytes, count, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return any_write(WRITEV, fd, parts, count, 0);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    return any_write(PWRITEV, fd, parts, count, offset);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return any_write(PWRITEV, fd, parts, count, offset);
}

/* The callers of these fall back to read and write when told that there is no such call. */
static int is_watched(int fd) {
    struct stat status;
    if (!is_active) return 0;
    lock();
    int found = tracked(fd, &status) != NULL;
    unlock();
    return found;
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) {
    if (is_watched(out)) return errno = ENOSYS, -1;
    return syscall(SYS_sendfile, out, in, offset, count);
}
ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
    return sendfile64(out, in, offset, count);
}
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t count, unsigned flags) {
    if (is_watched(out)) return errno = ENOSYS, -1;
    return syscall(SYS_copy_file_range, in, from, out, to, count, flags);
}
static int any_allocate(int fd) {
    if (is_watched(fd)) give_up("fallocate", ledger.folder);
    return 0;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
    any_allocate(fd);
    return syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate(int fd, off_t offset, off_t length) {
    return posix_fallocate64(fd, offset, length);
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    any_allocate(fd);
    return syscall(SYS_fallocate, fd, mode, offset, length);
}
int fallocate(int fd, int mode, off_t offset, off_t length) {
    return fallocate64(fd, mode, offset, length);
}

/* The caller holds the lock and has the file open as fd. */
static int resize(struct tracked_file *file, int fd, off_t size_now, off_t size) {
    if (is_refused(size_now, size)) return errno = ENOSPC, -1;
    off_t offset = size < size_now ? size : size_now;
    struct change change = before(file, size_now, offset, size_now - offset);
    int rc = syscall(SYS_ftruncate, fd, size);
    if (rc == 0 && size != size_now) after(file, change, 0, 0);
    else free(change.bytes);
    return rc;
}

int ftruncate64(int fd, off64_t size) {
    struct stat status;
    if (!is_active) return syscall(SYS_ftruncate, fd, size);
    lock();
    struct tracked_file *file = tracked(fd, &status);
    int rc = file && !is_shared_memory(file->path)
            ? resize(file, fd, status.st_size, size) : (int) syscall(SYS_ftruncate, fd, size);
    unlock();
    return rc;
}
int ftruncate(int fd, off_t size) {
    return ftruncate64(fd, size);
}

static int any_open(int at, const char *name, int flags, mode_t mode) {
    if (is_active) die_of_poison(name);
    if (!is_active || (flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH))
        return syscall(SYS_openat, at, name, flags, mode);
    char path[PATH_MAX];
    struct stat status;
    lock();
    int is_new = (flags & O_CREAT) && syscall(SYS_newfstatat, at, name, &status, 0) != 0;
    /* Truncation is done by us, after the file is known, so that it can be taken back. */
    int fd = syscall(SYS_openat, at, name, flags & ~O_TRUNC, mode);
    int kept_errno = errno;
    int is_watched_path = fd >= 0 && path_of_descriptor(fd, path) && is_below_folder(path);
    if (is_watched_path) {
        track(fd, path);
        if (is_new) note_entry(CREATED, path, NULL, NULL);
    }
    if (fd >= 0 && (flags & O_TRUNC) && syscall(SYS_fstat, fd, &status) == 0
            && S_ISREG(status.st_mode)) {
        struct tracked_file *file = is_watched_path ? find(&status) : NULL;
        if (file && status.st_size > 0) resize(file, fd, status.st_size, 0);
        else syscall(SYS_ftruncate, fd, 0l);
    }
    errno = kept_errno;
    unlock();
    return fd;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list arguments; \
        va_start(arguments, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; \
        va_end(arguments); \
        return any_open(AT_FDCWD, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list arguments; \
        va_start(arguments, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; \
        va_end(arguments); \
        return any_open(at, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)
int creat(const char *path, mode_t mode) {
    return any_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) {
    return creat(path, mode);
}

static int any_unlink(int at, const char *name, int flags) {
    char path[PATH_MAX], kept[PATH_MAX];
    if (!is_active || !resolve(at, name, path)) return syscall(SYS_unlinkat, at, name, flags);
    lock();
    int is_folder = (flags & AT_REMOVEDIR) != 0;
    int is_stashed = !is_folder && stash(path, kept);
    int rc = syscall(SYS_unlinkat, at, name, flags);
    int kept_errno = errno;
    if (rc == 0 && is_folder) note_entry(FOLDER_REMOVED, path, NULL, NULL);
    else if (rc == 0 && is_stashed) note_entry(UNLINKED, path, NULL, kept);
    else if (is_stashed) syscall(SYS_unlinkat, AT_FDCWD, kept, 0);
    errno = kept_errno;
    unlock();
    return rc;
}
int unlink(const char *name) {
    return any_unlink(AT_FDCWD, name, 0);
}
int unlinkat(int at, const char *name, int flags) {
    return any_unlink(at, name, flags);
}
int rmdir(const char *name) {
    return any_unlink(AT_FDCWD, name, AT_REMOVEDIR);
}
int remove(const char *name) {
    int rc = any_unlink(AT_FDCWD, name, 0);
    return rc != 0 && errno == EISDIR ? any_unlink(AT_FDCWD, name, AT_REMOVEDIR) : rc;
}

static int any_rename(int at, const char *name, int target_at, const char *target, unsigned flags) {
    char from[PATH_MAX], to[PATH_MAX], kept[PATH_MAX];
    if (!is_active || !resolve(at, name, from) || !resolve(target_at, target, to))
        return syscall(SYS_renameat2, at, name, target_at, target, flags);
    lock();
    int is_stashed = stash(to, kept);
    int rc = syscall(SYS_renameat2, at, name, target_at, target, flags);
    int kept_errno = errno;
    if (rc == 0) note_entry(RENAMED, to, from, is_stashed ? kept : NULL);
    else if (is_stashed) syscall(SYS_unlinkat, AT_FDCWD, kept, 0);
    errno = kept_errno;
    unlock();
    return rc;
}
int rename(const char *name, const char *target) {
    return any_rename(AT_FDCWD, name, AT_FDCWD, target, 0);
}
int renameat(int at, const char *name, int target_at, const char *target) {
    return any_rename(at, name, target_at, target, 0);
}
int renameat2(int at, const char *name, int target_at, const char *target, unsigned flags) {
    return any_rename(at, name, target_at, target, flags);
}

static int made(int rc, enum entry_kind kind, int at, const char *name) {
    char path[PATH_MAX];
    int kept_errno = errno;
    if (rc == 0 && is_active && resolve(at, name, path)) {
        lock();
        note_entry(kind, path, NULL, NULL);
        unlock();
    }
    errno = kept_errno;
    return rc;
}
int mkdir(const char *name, mode_t mode) {
    return made(syscall(SYS_mkdirat, AT_FDCWD, name, mode), FOLDER_MADE, AT_FDCWD, name);
}
int link(const char *name, const char *target) {
    int rc = syscall(SYS_linkat, AT_FDCWD, name, AT_FDCWD, target, 0);
    return made(rc, CREATED, AT_FDCWD, target);
}
int symlink(const char *content, const char *target) {
    return made(syscall(SYS_symlinkat, content, AT_FDCWD, target), CREATED, AT_FDCWD, target);
}

/* Half of the cuts at a sync come before it has done anything, half when it is done. */
static int any_sync(int fd, long call) {
    struct stat status;
    char folder[PATH_MAX];
    if (!is_active || syscall(SYS_fstat, fd, &status) != 0) return syscall(call, fd);
    lock();
    struct tracked_file *file = tracked(fd, &status);
    int is_folder = S_ISDIR(status.st_mode) && path_of_descriptor(fd, folder)
            && is_below_folder(folder);
    if (!file && !is_folder) {
        unlock();
        return syscall(call, fd);
    }
    if (is_sync_failing()) {
        unlock();
        return errno = EIO, -1;
    }
    int is_last = is_last_event();
    int is_done = !is_last || powercut_random(&ledger) % 2;
    uint64_t up_to = ledger.sequence;
    unsigned pause = ledger.sync_micros ? powercut_random(&ledger) % ledger.sync_micros : 0;
    unlock();
    if (pause) usleep(pause);
    if (file) hold();
    lock();
    if (is_done && !ledger.is_lying && file) forget_changes(file, up_to);
    if (is_done && !ledger.is_lying && is_folder) forget_entries(folder, up_to);
    if (is_last) cut();
    unlock();
    return 0;
}
int fsync(int fd) {
    return any_sync(fd, SYS_fsync);
}
int fdatasync(int fd) {
    return any_sync(fd, SYS_fdatasync);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
    int is_writable = (flags & MAP_SHARED) && (protection & PROT_WRITE) && fd >= 0;
    char path[PATH_MAX];
    if (is_active && is_writable && path_of_descriptor(fd, path) && is_below_folder(path)
            && !is_shared_memory(path))
        give_up("mmap", path);
    return (void *) syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(address, length, protection, flags, fd, offset);
}

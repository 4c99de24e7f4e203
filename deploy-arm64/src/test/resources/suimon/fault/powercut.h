/* What the parts of the power-cut shim share: the ledger of what a cut would take back. */
#ifndef POWERCUT_H
#define POWERCUT_H
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define SECTOR 512
/* A file beyond these limits ends the process with a message: a test must not pass half watched. */
#define FILES_MAX 4096
#define ENTRIES_MAX 65536
/* Beyond this the oldest changes count as durable, as if the kernel had written them back. */
#define UNSYNCED_BYTES_MAX ((size_t) 512 << 20)

/* One change of one file since its last sync; bytes holds the old content, then the new one. */
struct change {
    uint64_t sequence;
    off_t offset;
    size_t old_length;
    size_t new_length;
    off_t size_before;
    off_t size_after;
    int durable; /* Written through a descriptor opened with O_SYNC or O_DSYNC. */
    unsigned char *bytes;
};

/* A regular file below the watched folder, known by inode, so that a rename does not lose it. */
struct tracked_file {
    dev_t device;
    ino_t inode;
    /* Our own descriptor. Never closed: closing any descriptor drops SQLite's POSIX locks. */
    int descriptor;
    struct change *changes;
    size_t change_count;
    size_t change_capacity;
    char path[PATH_MAX];
};

enum entry_kind { CREATED, UNLINKED, RENAMED, FOLDER_MADE, FOLDER_REMOVED };

/* A change of a folder that its fsync has not made durable yet. */
struct entry {
    enum entry_kind kind;
    uint64_t sequence;
    char *path;   /* The name that was created, unlinked, or renamed to. */
    char *source; /* Renames: the old name. */
    char *stash;  /* A hard link that keeps what was unlinked or overwritten. */
};

struct ledger {
    struct tracked_file *files;
    size_t file_count;
    struct entry *entries;
    size_t entry_count;
    uint64_t sequence;   /* Of the latest change of any kind. */
    uint64_t events;     /* Changes and syncs counted so far. */
    uint64_t cut_at;     /* The event at which the power goes; 0: never. */
    uint64_t seed;
    uint64_t random;
    char folder[PATH_MAX];
    char log[PATH_MAX];
    const char *mode;    /* One of powercut_undo.c; NULL: the seed chooses. */
    unsigned sync_micros;
    int is_lying;
};

/* powercut.c: what is noted. Unless said otherwise the caller holds the lock. */
extern struct ledger ledger;
extern volatile int is_active; /* Read without the lock: set once, before main. */

void lock(void);
void unlock(void);

/* Counts one event; true when the power goes now, which is for the caller to do. */
int is_last_event(void);
void cut(void);
void give_up(const char *what, const char *path);

/* Returns unless the file is one that kills. Needs no lock. */
void die_of_poison(const char *name);

int is_below_folder(const char *path);
int is_shared_memory(const char *path);
int path_of_descriptor(int fd, char *path);
/* The real path of a name that may not exist; 0 when its folder does not or is not watched. */
int resolve(int at, const char *name, char *path);

void track(int fd, const char *path);
struct tracked_file *find(const struct stat *status);
/* The watched file behind a descriptor, with its status, or NULL. */
struct tracked_file *tracked(int fd, struct stat *status);

/* Notes the old content of a range about to change; what the file does not hold is not read. */
struct change before(const struct tracked_file *file, off_t size, off_t offset, size_t length);
/* Notes what the change did; written is the length of the new content. May be the end. */
void after(struct tracked_file *file, struct change change, size_t written, int is_durable);
void forget_changes(struct tracked_file *file, uint64_t up_to);

void note_entry(enum entry_kind kind, const char *path, const char *source, const char *stash);
/* A hard link keeps a file that is about to lose its name; 0 when there is no such file. */
int stash(const char *path, char *kept);
void forget_entries(const char *folder, uint64_t up_to);

/* Whether the disk is said to be full and the change would grow the file. */
int is_refused(off_t size, off_t end);
int is_failing(void);
int is_sync_failing(void);
/* Waits while syncs are held. Needs no lock. */
void hold(void);

/* powercut_undo.c: what is left. */
uint64_t powercut_random(struct ledger *ledger);

/* Takes back what was not durable, as the seed says. Runs after the death, in a child. */
void powercut_take_back(struct ledger *ledger);

void powercut_log(struct ledger *ledger, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#endif

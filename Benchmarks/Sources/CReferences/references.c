// The program's own tables of what it calls in shared libraries are changed where the runtime's
// functions are named. The runtime has hooks for instruments, but with them on it
// takes a short string for an object (Swift 6.3).
#define _GNU_SOURCE
#include "CReferences.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { NAME_SIZE = 16, LOOKS = 64 };

static char wanted[NAME_SIZE];
// Written by the one thread that is counted, read when it is over.
static volatile uint64_t counted, objects;

static bool is_counted(void) {
    static __thread int looks;
    static __thread bool is_wanted;
    char name[NAME_SIZE];
    // A thread has its name a few calls after its begin.
    if (!is_wanted && looks < LOOKS) {
        looks++;
        is_wanted = prctl(PR_GET_NAME, name, 0, 0, 0) == 0 && strcmp(name, wanted) == 0;
    }
    return is_wanted;
}

// --- in place of the runtime's functions ---

#define COUNTED(function, type, count, parameters, values)  \
    static type (*runtime_##function) parameters;           \
    static type counted_##function parameters {             \
        if (is_counted()) count;                            \
        return runtime_##function values;                   \
    }

COUNTED(swift_retain, void *, counted++, (void *object), (object))
COUNTED(swift_release, void, counted++, (void *object), (object))
COUNTED(swift_bridgeObjectRetain, void *, counted++, (void *object), (object))
COUNTED(swift_bridgeObjectRelease, void, counted++, (void *object), (object))
COUNTED(swift_retain_n, void *, counted += times, (void *object, uint32_t times), (object, times))
COUNTED(swift_release_n, void, counted += times, (void *object, uint32_t times), (object, times))
COUNTED(swift_bridgeObjectRetain_n, void *, counted += times, (void *object, uint32_t times),
        (object, times))
COUNTED(swift_bridgeObjectRelease_n, void, counted += times, (void *object, uint32_t times),
        (object, times))
COUNTED(swift_allocObject, void *, objects++, (void *type, size_t size, size_t mask),
        (type, size, mask))

typedef struct {
    const char *name;
    void **runtime;
    void *counted;
    bool is_replaced;
} Function;

#define FUNCTION(function) \
    { #function, (void **)&runtime_##function, (void *)counted_##function, false }

static Function functions[] = {
    FUNCTION(swift_retain),
    FUNCTION(swift_release),
    FUNCTION(swift_bridgeObjectRetain),
    FUNCTION(swift_bridgeObjectRelease),
    FUNCTION(swift_retain_n),
    FUNCTION(swift_release_n),
    FUNCTION(swift_bridgeObjectRetain_n),
    FUNCTION(swift_bridgeObjectRelease_n),
    FUNCTION(swift_allocObject),
};

// --- the table ---

static void replace(const char *name, void **slot) {
    for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
        Function *function = &functions[index];
        if (strcmp(function->name, name) != 0) continue;
        *function->runtime = dlsym(RTLD_DEFAULT, name);
        if (*function->runtime == NULL) return;
        *slot = function->counted;
        function->is_replaced = true;
    }
}

static bool is_replaced(const char *name) {
    for (size_t index = 0; index < sizeof functions / sizeof *functions; index++)
        if (strcmp(functions[index].name, name) == 0) return functions[index].is_replaced;
    return false;
}

// The linker had the table made read-only.
static void unlock(const struct dl_phdr_info *program, const ElfW(Phdr) *part) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = (program->dlpi_addr + part->p_vaddr) & ~(page - 1);
    uintptr_t end = program->dlpi_addr + part->p_vaddr + part->p_memsz;
    (void)mprotect((void *)begin, end - begin, PROT_READ | PROT_WRITE);
}

// One kind of the program's relocations: what it calls, or what it takes the address of.
typedef struct {
    const ElfW(Rela) *slots;
    size_t count;
} Table;

static int replace_all(struct dl_phdr_info *program, size_t size, void *unused) {
    const ElfW(Dyn) *entry = NULL;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    Table tables[2] = {{NULL, 0}, {NULL, 0}};
    (void)size;
    (void)unused;
    for (int index = 0; index < program->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &program->dlpi_phdr[index];
        if (part->p_type == PT_DYNAMIC) entry = (void *)(program->dlpi_addr + part->p_vaddr);
        if (part->p_type == PT_GNU_RELRO) unlock(program, part);
    }
    for (; entry != NULL && entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_JMPREL) tables[0].slots = (void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_PLTRELSZ) tables[0].count = entry->d_un.d_val / sizeof(ElfW(Rela));
        if (entry->d_tag == DT_RELA) tables[1].slots = (void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_RELASZ) tables[1].count = entry->d_un.d_val / sizeof(ElfW(Rela));
        if (entry->d_tag == DT_SYMTAB) symbols = (void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_STRTAB) names = (void *)entry->d_un.d_ptr;
    }
    for (int table = 0; table < 2 && symbols != NULL && names != NULL; table++) {
        for (size_t index = 0; tables[table].slots != NULL && index < tables[table].count; index++) {
            const ElfW(Rela) *slot = &tables[table].slots[index];
            const ElfW(Sym) *symbol = &symbols[ELF64_R_SYM(slot->r_info)];
            replace(names + symbol->st_name, (void **)(program->dlpi_addr + slot->r_offset));
        }
    }
    // The first one is the program; what the libraries call among themselves is theirs.
    return 1;
}

bool references_count_on(const char *thread) {
    strncpy(wanted, thread, NAME_SIZE - 1);
    (void)dl_iterate_phdr(replace_all, NULL);
    return is_replaced("swift_retain") && is_replaced("swift_release") &&
           is_replaced("swift_allocObject");
}

uint64_t references_counted(void) { return counted; }

uint64_t references_objects(void) { return objects; }

/* SPDX-License-Identifier: MIT */
/*
 * Finds the texts below a folder. A symbolic link is read only if it leads to
 * a file inside the folder: what a folder gives must not depend on, or reveal,
 * what lies elsewhere. Linked folders are never entered, so there is no cycle;
 * one that leads inside is not missed, since its texts are met under their
 * own names.
 */
#include "plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PATH_SHOWN = 600 };

struct walk {
    const char *folder;
    char real[PATH_MAX]; /* of the folder */
    struct tf_arena *arena;
    struct refusals *refusals;
    struct plan_files *files;
    struct tf_strs pending; /* folders still to be read, names below the folder */
};

void tf_load_refuse(struct refusals *refusals, struct tf_str path, struct tf_error *error)
{
    refusals->count++;
    if (strncmp(error->message, path.data, path.size) != 0) {
        struct tf_error bare = *error;
        /* Of a long path the end, or there would be no room for the reason. */
        size_t cut = path.size > PATH_SHOWN ? path.size - PATH_SHOWN : 0;
        struct tf_str shown = {path.data + cut, path.size - cut};
        tf_error_set(error, bare.status, "%s%.*s: %s", cut ? "..." : "", TF_STR_ARG(shown),
                     bare.message);
    }
    if (refusals->events->refused)
        refusals->events->refused(refusals->events->context, path, error);
}

bool tf_load_is_text(struct tf_str name)
{
    static const char *const endings[] = {".txt", ".md"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        if (name.size > size && strncasecmp(name.data + name.size - size, endings[i], size) == 0)
            return true;
    }
    return false;
}

static struct tf_str join(struct tf_arena *arena, struct tf_str folder, const char *name)
{
    const char *slash = folder.size == 0 || folder.data[folder.size - 1] == '/' ? "" : "/";
    return tf_arena_printf(arena, "%.*s%s%s", TF_STR_ARG(folder), slash, name);
}

static void refuse(const struct walk *walk, struct tf_str path, const char *reason)
{
    struct tf_error error;
    tf_error_set(&error, TF_INPUT, "%.*s: %s", TF_STR_ARG(path), reason);
    tf_load_refuse(walk->refusals, path, &error);
}

static void add_file(const struct walk *walk, struct tf_str path, struct tf_str name,
                     const struct stat *info)
{
    struct plan_file *file = TF_PUSH(walk->arena, walk->files);
    if (file)
        *file = (struct plan_file){.path = path,
                                   .name = name,
                                   .size = S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0,
                                   .device = info->st_dev,
                                   .inode = info->st_ino};
}

static bool leads_inside(const struct walk *walk, const char *real)
{
    size_t size = strlen(walk->real);
    if (size == 1) /* the folder is "/" */
        return true;
    return strncmp(real, walk->real, size) == 0 && (real[size] == '/' || real[size] == '\0');
}

static void follow(const struct walk *walk, struct tf_str path, struct tf_str name)
{
    char real[PATH_MAX];
    struct stat info;
    bool text = tf_load_is_text(name);
    if (!realpath(path.data, real) || stat(real, &info) != 0) {
        if (text)
            refuse(walk, path, strerror(errno));
        return;
    }
    bool folder = S_ISDIR(info.st_mode);
    if (!folder && !text)
        return;
    if (!leads_inside(walk, real))
        refuse(walk, path, "a symbolic link that leads out of the folder");
    else if (!folder)
        add_file(walk, path, name, &info);
}

static void visit(struct walk *walk, struct tf_str folder, int fd, const char *entry)
{
    struct tf_str name = join(walk->arena, folder, entry);
    struct tf_str path = join(walk->arena, tf_str_of(walk->folder), name.data);
    struct stat info;
    if (tf_arena_failed(walk->arena))
        return;
    if (fstatat(fd, entry, &info, AT_SYMLINK_NOFOLLOW) != 0)
        refuse(walk, path, strerror(errno));
    else if (S_ISDIR(info.st_mode))
        tf_strs_push(walk->arena, &walk->pending, name);
    else if (S_ISLNK(info.st_mode))
        follow(walk, path, name);
    else if (tf_load_is_text(name))
        add_file(walk, path, name, &info);
}

static void read_folder(struct walk *walk, struct tf_str folder)
{
    struct tf_str path = join(walk->arena, tf_str_of(walk->folder), folder.data);
    if (tf_arena_failed(walk->arena))
        return;
    DIR *stream = opendir(path.data);
    if (!stream) {
        refuse(walk, path, strerror(errno));
        return;
    }
    const struct dirent *entry;
    for (errno = 0; (entry = readdir(stream)) != NULL && !tf_arena_failed(walk->arena); errno = 0)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            visit(walk, folder, dirfd(stream), entry->d_name);
    if (errno != 0)
        refuse(walk, path, strerror(errno));
    closedir(stream);
}

static int compare_names(const void *a, const void *b)
{
    const struct plan_file *x = a, *y = b;
    return strcmp(x->name.data, y->name.data);
}

enum tf_status tf_load_walk(const char *folder, struct tf_arena *arena, struct refusals *refusals,
                            struct plan_files *out, struct tf_error *error)
{
    struct walk walk = {.folder = folder, .arena = arena, .refusals = refusals, .files = out};
    if (!realpath(folder, walk.real))
        return tf_error_set(error, TF_IO, "%s: %s", folder, strerror(errno));
    tf_strs_push(arena, &walk.pending, TF_STR(""));
    for (size_t i = 0; i < walk.pending.n && !tf_arena_failed(arena); i++)
        read_folder(&walk, walk.pending.v[i]);
    if (tf_arena_failed(arena))
        return tf_error_set(error, TF_NO_MEMORY, "%s: too many files for the memory there is",
                            folder);
    if (out->n)
        qsort(out->v, out->n, sizeof *out->v, compare_names);
    return TF_OK;
}

/* SPDX-License-Identifier: MIT */
/* The layers of a confinement, each by itself. They need a process that has given
 * up new privileges. */
#ifndef TF_CONFINE_LAYERS_H
#define TF_CONFINE_LAYERS_H

#include <treatfacts/confine.h>

enum tf_status confine_files(const char *path, const char *const *reads,
                             struct tf_confine_layer *out, struct tf_error *error);
enum tf_status confine_calls(struct tf_confine_layer *out, struct tf_error *error);

#endif

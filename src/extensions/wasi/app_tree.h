#pragma once

#include <memory>

#include "runtime/app.h"
#include "vfs/tree.h"

namespace hermes::wasi {

/// What the guests of an app only read:
///
///   /etc/<module>.json     what configures it
///   /etc/settings/…        <module>.json, what whoever runs the app sets for it
///   /ipfs/<cid>/…          content of IPFS, with the permission `ipfs`
///   /lib/<module>/…        what its package shares, with what the app puts in the place of that
///   /usr/lib/<module>/…    what the app puts there
///   /srv/share/…           the app's files for its modules
///   /srv/www/…             those that are served
///
/// `/tmp` and `/var` are there as directories, in which others are responsible for what there is.
///
/// `content` is what there is of IPFS; null for nothing.
std::shared_ptr<const vfs::Tree> tree_of(const runtime::App& app,
                                         const std::shared_ptr<const vfs::Tree>& content = nullptr);

}  // namespace hermes::wasi

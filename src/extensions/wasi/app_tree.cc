#include "extensions/wasi/app_tree.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/strings.h"
#include "vfs/mounts.h"
#include "vfs/overlay.h"
#include "vfs/text_tree.h"

namespace hermes::wasi {
namespace {

std::shared_ptr<const vfs::Tree> lib_of(const runtime::ModuleSource& module) {
  if (!module.overrides || !module.shared) {
    return module.overrides ? module.overrides : module.shared;
  }
  return vfs::overlay(module.overrides, module.shared);
}

}  // namespace

std::shared_ptr<const vfs::Tree> tree_of(const runtime::App& app,
                                         const std::shared_ptr<const vfs::Tree>& content) {
  auto tree = std::make_shared<vfs::Mounts>();
  std::map<std::string, std::string, std::less<>> configs;
  std::map<std::string, std::string, std::less<>> settings;
  for (const auto* path : {"lib", "tmp", "usr/lib", "var"}) tree->add(path);
  for (const auto& module : app.modules) {
    configs[concat(module.id, ".json")] = module.config;
    settings[concat(module.id, ".json")] = module.settings;
    tree->add(concat("lib/", module.id), lib_of(module));
    tree->add(concat("usr/lib/", module.id), module.overrides);
  }
  auto set = std::make_shared<vfs::Mounts>();
  set->add("settings", vfs::text_tree(std::move(settings)));
  tree->add("etc", vfs::overlay(vfs::text_tree(std::move(configs)), std::move(set)));
  tree->add("srv/share", app.share);
  tree->add("srv/www", app.www);
  if (content && app.permissions.contains("ipfs")) tree->add("ipfs", content);
  return tree;
}

}  // namespace hermes::wasi

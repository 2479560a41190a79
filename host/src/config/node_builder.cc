// SPDX-License-Identifier: Apache-2.0
#include "config/node_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cnx::host::config {

bool NodeBuilder::count_nodes(const Place& place, std::size_t more) {
  count_ += more;
  if (count_ <= kMostNodes) return true;
  problems_.add(place, {}, fmt::format("the document has more than {} values", kMostNodes),
                "split it, or use fewer aliases (each use counts in full)");
  return false;
}

bool NodeBuilder::add_scalar(Place place, std::string text, std::size_t anchor) {
  if (!count_nodes(place, 1)) return false;
  Node node{Node::Kind::kScalar, std::move(place), std::move(text), {}, {}};
  if (anchor != 0) anchored_[anchor] = {node, 1, 1};
  return attach(std::move(node), 1);
}

bool NodeBuilder::add_null(Place place, std::size_t anchor) {
  if (!count_nodes(place, 1)) return false;
  Node node{Node::Kind::kNull, std::move(place), {}, {}, {}};
  if (anchor != 0) anchored_[anchor] = {node, 1, 1};
  return attach(std::move(node), 1);
}

bool NodeBuilder::open(Node::Kind kind, Place place, std::size_t anchor) {
  if (open_.size() >= kMostDepth) {
    problems_.add(place, {}, fmt::format("nested deeper than {} levels", kMostDepth), "write dotted keys instead");
    return false;
  }
  if (!count_nodes(place, 1)) return false;
  if (anchor != 0) anchored_.erase(anchor);  // an older node of that number is hidden while this one is open
  open_.push_back({Node{kind, std::move(place), {}, {}, {}}, anchor, count_ - 1, 0, false, {}, {}});
  return true;
}

bool NodeBuilder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  const std::size_t depth = done.depth_below + 1;
  if (done.anchor != 0) anchored_[done.anchor] = {done.node, count_ - done.first_count, depth};
  return attach(std::move(done.node), depth);
}

bool NodeBuilder::add_alias(Place place, std::size_t anchor) {
  const auto found = anchored_.find(anchor);
  if (found == anchored_.end()) {
    problems_.add(std::move(place), {}, "the alias stands inside the value that it names, which would never end",
                  "write the value out");
    return false;
  }
  const Anchored& target = found->second;
  if (open_.size() + target.depth > kMostDepth + 1) {
    problems_.add(std::move(place), {}, fmt::format("nested deeper than {} levels", kMostDepth),
                  "write dotted keys instead");
    return false;
  }
  if (!count_nodes(place, target.count)) return false;
  Node copy = target.node;
  if (copy.kind == Node::Kind::kScalar || copy.kind == Node::Kind::kNull) copy.place = std::move(place);
  return attach(std::move(copy), target.depth);
}

bool NodeBuilder::attach(Node node, std::size_t depth) {
  if (open_.empty()) {
    root_ = std::move(node);
    return true;
  }
  Open& parent = open_.back();
  parent.depth_below = std::max(parent.depth_below, depth);
  if (parent.node.kind == Node::Kind::kList) {
    parent.node.items.push_back(std::move(node));
    return true;
  }
  if (!parent.has_key) return take_key(parent, std::move(node));
  parent.has_key = false;
  const auto [first, fresh] = parent.seen.emplace(parent.key.text, parent.key.place);
  if (!fresh) {
    problems_.add(parent.key.place, parent.key.text, fmt::format("is set twice, first at {}", to_string(first->second)),
                  "remove one of the two");
    return true;  // the first one stays, so that the rest can be checked
  }
  parent.node.fields.push_back({std::move(parent.key), std::move(node)});
  return true;
}

bool NodeBuilder::take_key(Open& map, Node key) {
  if (key.kind != Node::Kind::kScalar) {
    problems_.add(key.place, {}, "a key must be plain text", "write 'key: value'");
    return false;
  }
  map.key = std::move(key);
  map.has_key = true;
  return true;
}

}  // namespace cnx::host::config

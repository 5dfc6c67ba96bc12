/** What stands inside Ruby around a program and around its tests, as a program of Ruby; knows no job. */

/**
 * One object for both rooms; each is told by `serve` what it is to do. A program may redefine what it likes in its own room: it changes its
 * own answers only. The tests' room holds no program: a call of its function is asked of the world by the error output, and a copy of the
 * result comes back by the input. What is expected is never where the program is. Test::Unit as far as such tests use it.
 */
export const RUBY_HARNESS = String.raw`
require 'set'
require 'json'
# They would say that it went well: this machine has no other programs.
[Kernel, Kernel.singleton_class, Process.singleton_class].each do |place|
  [*%w[system spawn exec fork kill], 96.chr].each do |name|
    next unless place.method_defined?(name) || place.private_method_defined?(name)
    place.define_method(name) { |*| raise NotImplementedError, "There are no other programs to #{name} here." }
    place.send(:private, name) if Kernel.equal?(place)
  end
end
module Test
  module Unit
    class AssertionFailedError < StandardError; end
    class TestCase
      CASES = []
      COUNT = [0]
      def self.inherited(made) = (super; CASES << made)
      def setup = nil
      def teardown = nil
      def assert(holds, message = nil)
        COUNT[0] += 1
        raise AssertionFailedError, (message || 'a test failed') unless holds
      end
      def shown(value) = value.inspect[0, 300]
      def got(actual, wanted) = "got #{shown(actual)}, expected #{wanted}"
      def assert_equal(expected, actual, message = nil) = assert(expected == actual, message || got(actual, shown(expected)))
      def assert_not_equal(expected, actual, message = nil) = assert(expected != actual, message || got(actual, "other than #{shown(expected)}"))
      def assert_true(actual, message = nil) = assert(true.equal?(actual), message || got(actual, 'true'))
      def assert_false(actual, message = nil) = assert(false.equal?(actual), message || got(actual, 'false'))
      def assert_nil(actual, message = nil) = assert(actual.nil?, message || got(actual, 'nil'))
      def assert_not_nil(actual, message = nil) = assert(!actual.nil?, message || got(actual, 'other than nil'))
      def assert_empty(actual, message = nil) = assert(actual.empty?, message || got(actual, 'nothing in it'))
      def assert_include(all, one, message = nil) = assert(all.include?(one), message || got(all, "it to hold #{shown(one)}"))
      def assert_kind_of(kind, actual, message = nil) = assert(actual.is_a?(kind), message || got(actual, "a #{kind}"))
      def assert_instance_of(kind, actual, message = nil) = assert(actual.instance_of?(kind), message || got(actual, "a #{kind}"))
      def assert_match(pattern, actual, message = nil) = assert(pattern.match?(actual), message || got(actual, shown(pattern)))
      def assert_operator(left, operator, right, message = nil) = assert(left.public_send(operator, right), message || got(left, "#{operator} #{shown(right)}"))
      def assert_in_delta(expected, actual, delta = 0.001, message = nil) = assert((expected - actual).abs <= delta, message || got(actual, "about #{shown(expected)}"))
      def assert_raise(*kinds)
        kinds = [StandardError] if kinds.empty?
        begin
          yield
        rescue *kinds => error
          COUNT[0] += 1
          return error
        end
        assert(false, "expected #{kinds.join(' or ')}, and nothing was raised")
      end
      def assert_nothing_raised(*) = (COUNT[0] += 1; yield)
      def flunk(message = 'failed') = assert(false, message)
      alias refute_equal assert_not_equal
      alias assert_includes assert_include
      alias assert_raises assert_raise
      alias refute_nil assert_not_nil
      def refute(holds, message = nil) = assert(!holds, message || 'a test failed')
    end
  end
end
module Minitest
  Test = ::Test::Unit::TestCase
end

class SandboxRoom
  NoOutput = Class.new(StandardError)
  ESCAPES = (0..31).to_h { |code| [code.chr, format('\u%04x', code)] }.merge('"' => '\"', '\\' => '\\\\')

  def initialize
    @main = TOPLEVEL_BINDING.receiver
  end

  def serve(act, text, name = '', declared = '')
    case act
    when 'define' then define(text, name, declared.split(' '))
    when 'call' then call(text)
    when 'forward' then forward(text)
    else tests(text)
    end
  rescue Exception => error
    failure(error)
  end

  private

  # An error has its kind before its text: a program's own class may bear any name, but not these.
  def failure(error)
    kind = case error
           when NoMemoryError then 'memory'
           when SystemStackError then 'stack'
           when SyntaxError then 'syntax'
           when SystemExit then 'exit'
           when NoOutput then 'output'
           else 'threw'
           end
    text = begin
      Exception.instance_method(:to_s).bind_call(error).to_s[0, 1000].encode('UTF-8', invalid: :replace, undef: :replace).gsub(/\e\[[\d;]*m/, '')
    rescue Exception
      ''
    end
    kind == 'output' ? 'Eoutput ' : "E#{kind} #{error.class.name}: #{text}"
  end

  def define(code, name, declared)
    place = TOPLEVEL_BINDING
    eval(code, place, 'program.rb', 1)
    @target = found(place, name)
    unless @target
      others = declared.filter_map { |other| found(place, other) }
      @target = others.first if others.size == 1
    end
    @target ? 'V' : 'U'
  end

  def found(place, name)
    if name.include?('.')
      owner, name = name.split('.', 2)
      return owner == 'self' ? found(place, name) : Object.const_get(owner).method(name)
    end
    if place.local_variables.include?(name.to_sym)
      value = place.local_variable_get(name.to_sym)
      return value if Proc === value || Method === value
    end
    method = @main.method(name)
    # What every object has was not defined here.
    method if method.source_location&.first == 'program.rb'
  rescue NameError
    nil
  end

  def call(text)
    arguments = eval(text)
    @room = 100_000
    'V' + written(@target.call(*arguments), 0)
  end

  # Plain data as in plain.ts.
  def written(value, depth)
    raise NoOutput, 'no output' if depth > 100 || (@room -= 3) < 0
    case value
    when nil then 'null'
    when true, false then value.to_s
    when Integer then value.abs < 9_007_199_254_740_992 ? value.to_s : large(value)
    when Float then %(["f","#{value.nan? ? 'nan' : value.infinite? ? (value > 0 ? 'inf' : '-inf') : value}"])
    when String then quoted(value)
    when Symbol then %(["s",#{quoted(value.name)}])
    when Array then plainly(value, Array) && listed('["a"', value, depth)
    when Hash then plainly(value, Hash) && listed('["h"', value.to_a.flatten(1), depth)
    else raise NoOutput, 'no output'
    end
  end

  # Without a block: every block within a block costs the stack of the machine.
  def listed(text, items, depth)
    text = +text
    place = 0
    while place < items.size
      text << ',' << written(items[place], depth + 1)
      place += 1
    end
    text << ']'
  end

  def large(value)
    raise NoOutput, 'no output' if value.bit_length > 100_000
    %(["i","#{value}"])
  end

  def plainly(value, kind) = value.instance_of?(kind) || raise(NoOutput, 'no output')

  def quoted(value)
    @room -= value.bytesize
    text = value.encode('UTF-8')
    raise NoOutput, 'no output' if @room < 0 || !text.valid_encoding? || !plainly(value, String)
    %("#{text.gsub(/["\\\x00-\x1f]/, ESCAPES)}")
  rescue EncodingError
    raise NoOutput, 'no output'
  end

  def forward(name)
    asking, answers, room = STDERR, STDIN, self
    reached = lambda do |arguments, block|
      raise ArgumentError, 'Only plain data goes to the program, and a block is none.' if block
      @room = 100_000
      asking.syswrite("\0ask #{name} #{room.send(:written, arguments, 0)}")
      answer = +''
      until answer.end_with?("\0")
        answer << answers.sysread(65536)
      end
      answer = answer.chop.force_encoding('UTF-8')
      return eval(answer[1..]) if answer.start_with?('V')
      kind, text = answer[1..].split(': ', 2)
      made = Object.const_defined?(kind) ? Object.const_get(kind) : RuntimeError
      raise (Class === made && made <= StandardError ? made : RuntimeError), text.to_s
    end
    owner, method = name.include?('.') ? name.split('.', 2) : [nil, name]
    target = owner && owner != 'self' ? Object.const_set(owner, Module.new).singleton_class : Object
    target.define_method(method) { |*arguments, &block| reached.call(arguments, block) }
    ''
  end

  def tests(text)
    failed, said = 0, ''
    note = lambda do |error|
      failed += 1
      said = "#{error.class.name}: #{error.message}" if said.empty?
    end
    @main.define_singleton_method(:require) { |name| %w[test/unit minitest/autorun minitest].include?(name) || super(name) }
    begin
      eval(text, TOPLEVEL_BINDING, 'tests.rb', 1)
    rescue SyntaxError => error
      return failure(error)
    rescue Exception => error
      note.call(error)
    end
    Test::Unit::TestCase::CASES.each do |kind|
      kind.instance_methods(false).grep(/\Atest/).sort.each do |name|
        one = kind.new
        begin
          one.setup
          one.send(name)
          one.teardown
        rescue Exception => error
          note.call(error)
        end
      end
    end
    "#{failed == 0 ? 'V' : 'E'}#{Test::Unit::TestCase::COUNT[0]} #{said}"
  end
end
SandboxRoom.new
`;

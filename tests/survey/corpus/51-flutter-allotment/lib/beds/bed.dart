class Bed {
  const Bed(this.number, this.gardener);

  factory Bed.fromJson(Map<String, dynamic> json) {
    final number = json['number'];
    if (number is! int) throw BedFormatException('number is $number');
    return Bed(number, json['gardener'] as String?);
  }

  final int number;
  final String? gardener;
}

class BedFormatException implements Exception {
  BedFormatException(this.message);

  final String message;
}
